import { compileErrors, type Verb } from '../../src/mapping/errors.ts'
import { isObject, parsePath, put } from '../../src/mapping/path.ts'
import type { FailureWord, ProviderFile } from '../../src/mapping/schema/index.ts'
import type { Code } from '../../src/problem/index.ts'
import type { StubReply } from './request.ts'

/** A failure in the format's words, the status that it has everywhere, and the problem it is to be read as. */
const usual = {
  invalid: { status: 400, code: 'provider-rejected' },
  unauthorized: { status: 401, code: 'connection-needs-reconnect' },
  'not-found': { status: 404, code: 'record-not-found' },
  'rate-limited': { status: 429, code: 'provider-rate-limited' },
  'provider-down': { status: 500, code: 'provider-failed' },
} as const satisfies Partial<Record<FailureWord, { status: number; code: Code }>>
export type Refusable = keyof typeof usual

/** Says no as one provider does. */
export interface Refusals {
  refuse(word: Refusable, message: string, verb?: Verb): StubReply
  /** A refusal under a status of success; undefined at a provider that has none. */
  refuseIn200(message: string): StubReply | undefined
}

/** JSON with values at these paths, of which the first step may be an index. */
function bodyWith(values: readonly (readonly [path: string, value: unknown])[]): unknown {
  const root: Record<string, unknown> = {}
  for (const [path, value] of values) put(root, [{ key: 'body' }, ...(parsePath(path) ?? [])], value)
  return root.body
}

/** Makes refusals from how the mapping reads them: the first that is read as what it is to mean. */
export function refusalsOf(id: string, provider: ProviderFile): Refusals {
  const { errors = {} } = provider
  const classify = compileErrors(id, provider, Date.now)
  const place = (places: typeof errors.message) => [places ?? []].flat()[0]
  const [messageAt, codeAt] = [place(errors.message), place(errors.code)]

  /** A reply with a status, what a row asks for, a message and a name for the failure. */
  function made(status: number, when: Readonly<Record<string, unknown>>, message: string, name: string): StubReply {
    const headers: Record<string, string> = {}
    const values = new Map<string, unknown>()
    for (const [at, text] of [
      [codeAt, name],
      [messageAt, message],
    ] as const) {
      if (typeof at === 'string') values.set(at, text)
      else if (isObject(at)) headers[at.header.toLowerCase()] = text
    }
    for (const [path, wanted] of Object.entries(when)) {
      const [value] = [wanted].flat()
      if (value !== '*') values.set(path, value)
      else if (!values.has(path)) values.set(path, name)
    }
    return { status, headers, body: bodyWith([...values]) ?? {} }
  }
  const readAs = (reply: StubReply, verb: Verb): Code | undefined =>
    classify({ status: reply.status, headers: new Headers(reply.headers), body: reply.body }, verb)?.code
  const rowsOf = (word: FailureWord) => (errors.rows ?? []).filter(row => row.error === word)

  return {
    refuse(word, message, verb = 'get') {
      const { status, code } = usual[word]
      const candidates = [
        made(status, {}, message, word),
        ...rowsOf(word).map(row => made([row.status ?? status].flat()[0]!, row.when ?? {}, message, word)),
        // Where every message means something else, the status says it alone.
        { status, headers: {}, body: {} },
      ]
      // A list or a create that misses a record is refused: no record was named.
      const wanted = word === 'not-found' && (verb === 'list' || verb === 'create') ? 'provider-rejected' : code
      return candidates.find(reply => readAs(reply, verb) === wanted) ?? candidates[0]!
    },
    refuseIn200: message =>
      rowsOf('invalid')
        .map(row => made(200, row.when ?? {}, message, 'invalid'))
        .find(reply => readAs(reply, 'list') === 'provider-rejected'),
  }
}
