import type { FileFault } from '../../src/mapping/check/index.ts'
import type { Planter } from './mistakes/cores.ts'
import type { Caught } from './mistakes/run.ts'

/** As many further places as are named. */
const NAMED = 3

const told = ([first, ...more]: readonly [Caught, ...Caught[]]): FileFault => {
  const [file = '', pointer = ''] = first.at.split('#')
  const places = more.slice(0, NAMED).map(({ at }) => at.split('#')[1] ?? at)
  const others = more.length === 0 ? '' : `, also at ${places.join(', ')}${more.length > NAMED ? ', …' : ''}`
  return {
    file,
    pointer,
    message: `a mistake here (${first.kind}) is not noticed${others}: no fixture shows what is sent or read there`,
    kind: 'planted',
  }
}

/** Plants mistakes in copies of a provider's files and reports those that nothing notices, a line a kind and file. */
export async function plantedFaults(
  planter: Planter,
  mappings: string,
  id: string,
): Promise<{ readonly count: number; readonly faults: FileFault[] }> {
  const caught = await planter.plant(mappings, id)
  const unnoticed = new Map<string, [Caught, ...Caught[]]>()
  for (const one of caught) {
    if (one.by !== 'nothing') continue
    const key = `${one.at.split('#')[0]} ${one.kind}`
    const known = unnoticed.get(key)
    if (known) known.push(one)
    else unnoticed.set(key, [one])
  }
  return { count: caught.length, faults: [...unnoticed.values()].map(told) }
}
