import { bodyOf } from '../../../sandbox/stub/request.ts'
import { layOver, recordSent } from '../../../sandbox/stub/sent.ts'
import { clone } from '../../../src/mapping/path.ts'
import type { Unified } from '../../../src/mapping/read.ts'
import type { WriteVerb } from '../../../src/mapping/row.ts'
import { placeholderPaths } from '../../../src/mapping/template.ts'
import type { Written } from '../../../src/mapping/write.ts'
import type { Subject } from './subject.ts'

type Json = Record<string, unknown>

/** What one write did at the imitation. */
export interface Stored {
  readonly stored: Json
  readonly written: Written
  /** What was sent, once the fields that the provider has no room for were left out. */
  readonly input: Unified
  /** Why fields were left out. */
  readonly refused: readonly { pointer: string; code: string; detail: string }[]
}

/**
 * Writes as the gateway does: the table, the record fetched first only where that is due, the request, and nothing at
 * all where an update changes nothing. Fields that are refused are left out, and the rest is written.
 */
export function write(subject: Subject, verb: WriteVerb, given: Unified, before?: Json): Stored {
  const { mapping, connection } = subject
  const compiled = mapping.verbs[verb]!
  let input = given
  const refused: Stored['refused'][number][] = []
  for (;;) {
    let written = mapping.write(input, verb)
    let current: unknown
    if (verb === 'update' && (compiled.needsCurrent || written.needsCurrent) && written.refused.length === 0) {
      current = clone(before)
      written = mapping.write(input, verb, current)
    }
    if (written.refused.length > 0) {
      refused.push(...written.refused)
      const fields = new Set(written.refused.map(r => r.pointer.split('/')[1]!))
      const left = Object.fromEntries(Object.entries(input).filter(([f]) => !fields.has(f.replace(/_raw$/, ''))))
      if (Object.keys(left).length === Object.keys(input).length) throw new Error(`refused: ${JSON.stringify(refused)}`)
      input = left
      continue
    }
    if (verb === 'update' && Object.keys(written.body).length === 0) return { stored: before!, written, input, refused }
    const made = compiled.build({
      ...(verb === 'update' && { id: '1' }),
      record: written.body,
      current,
      select: mapping.select(undefined),
      connection,
      idempotencyKey: 'key',
      // What stands in the path of a create is there, whatever else is sent.
      input: { ...Object.fromEntries(placeholderPaths(compiled.spec, 'input').map(name => [name, 'acme'])), ...input },
    })
    if ('refused' in made) throw new Error(`no request: ${JSON.stringify(made.refused)}`)
    const stored = layOver(before ?? {}, recordSent(compiled.spec, bodyOf(made.request)), subject.merges)
    return { stored, written, input, refused }
  }
}
