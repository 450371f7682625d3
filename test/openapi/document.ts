import { readFileSync } from 'node:fs'

export interface Operation {
  readonly operationId?: string
  readonly summary?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: { readonly example?: unknown }
  }[]
  readonly responses: Readonly<Record<string, { description: string; content?: Record<string, { schema: unknown }> }>>
}

/** The committed text of the document. */
export const text = readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')
export const document = JSON.parse(text) as {
  readonly info: { readonly version: string }
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: object
}

/** Every operation, named `GET /contacts/{id}`. */
export const operations: ReadonlyMap<string, Operation> = new Map(
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const),
  ),
)
