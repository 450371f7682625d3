import type { Catalogue } from '../../src/mapping/catalogue.ts'
import type { NamedFixture } from '../../src/mapping/check/fixture-rules.ts'
import type { FileFault } from '../../src/mapping/check/index.ts'
import { play, type ReplayFault } from '../fixtures/replay.ts'

interface Found extends ReplayFault {
  readonly name: string
}

/** What makes two faults one: the same field of an answer, or the same place of a request, whichever record or page. */
function causeOf({ pointer, message }: ReplayFault): string {
  if (pointer === '') return message.replace(/[\d?].*$/, '')
  const field = /\/answer\/body\/data(?:\/\d+)?\/([^/]+)/.exec(pointer)
  return field ? `answer ${field[1]}` : pointer.replace(/^\/pages\/\d+/, '').replace(/\/\d+(?=\/|$)/g, '')
}

/** As many further fixtures as are named. */
const NAMED = 3

function told(id: string, [first, ...more]: readonly [Found, ...Found[]]): FileFault {
  const others = [...new Set(more.map(({ name }) => name))].filter(name => name !== first.name)
  const names = others.slice(0, NAMED).join(', ') + (others.length > NAMED ? ', …' : '')
  const places = more.length === 1 ? '1 place more' : `${more.length} places more`
  return {
    file: `${id}/fixtures/${first.name}`,
    pointer: first.pointer,
    message:
      more.length === 0 ? first.message : `${first.message} (likewise in ${places}${names && `, also of ${names}`})`,
    kind: 'fixtures',
  }
}

/** Plays fixtures and answers what differs, a line for each cause: the same place in many fixtures is one. */
export async function fixtureFaults(
  id: string,
  fixtures: readonly NamedFixture[],
  catalogue: Catalogue,
): Promise<FileFault[]> {
  const causes = new Map<string, [Found, ...Found[]]>()
  for (const { name, fixture } of fixtures)
    for (const fault of (await play(id, fixture, catalogue)).faults) {
      const key = `${fixture.model} ${causeOf(fault)}`
      const known = causes.get(key)
      if (known) known.push({ ...fault, name })
      else causes.set(key, [{ ...fault, name }])
    }
  // What several models have from provider.json is wrong in the same words in each.
  const shared = new Map<string, [Found, ...Found[]]>()
  for (const found of causes.values()) {
    const key = `${causeOf(found[0])} ${found[0].message}`
    const known = shared.get(key)
    if (known) known.push(...found)
    else shared.set(key, found)
  }
  return [...shared.values()].map(found => told(id, found))
}
