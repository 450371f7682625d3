import type { Ask } from './ask.ts'
import type { Load } from './load.ts'
import { cpuOf, memoryOf, runScript, type Server } from './process.ts'
import { median } from './statistics.ts'

/** What one run of the load saw, and what it cost the server. */
export interface Sample {
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
  /** Requests a second. */
  readonly rate: number
  /** Milliseconds a request, of all cores together; undefined where the system does not tell. */
  readonly cpu: number | undefined
  /** MB, at the end of the run. */
  readonly memory: number | undefined
}

/** A server, and the request that it is measured with. */
export interface Target {
  readonly server: Server
  readonly ask: Ask
}

/** Puts a server under load for some seconds. */
export async function measure({ server, ask }: Target, connections: number, seconds: number): Promise<Sample> {
  const before = cpuOf(server.pid)
  const args = [server.url, String(connections), String(seconds), JSON.stringify(ask)]
  const load = await runScript<Load>('load.ts', args)
  const after = cpuOf(server.pid)
  return {
    p50: load.p50,
    p99: load.p99,
    rate: load.requests / load.seconds,
    cpu: before === undefined || after === undefined ? undefined : (after - before) / load.requests,
    memory: memoryOf(server.pid),
  }
}

/** Targets under load in turn, round after round, so that what else the machine does falls on all alike. */
export async function inTurn<Name extends string>(
  targets: Readonly<Record<Name, Target>>,
  { connections, seconds, rounds }: { connections: number; seconds: number; rounds: number },
): Promise<Record<Name, Sample[]>> {
  const names = Object.keys(targets) as Name[]
  const samples = Object.fromEntries(names.map(name => [name, []])) as unknown as Record<Name, Sample[]>
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed())
      samples[name].push(await measure(targets[name], connections, seconds))
  return samples
}

type Figure = 'p50' | 'p99' | 'rate' | 'cpu' | 'memory'

/** The median of a figure over all rounds; NaN where none has it. */
export const middle = (samples: readonly Sample[], figure: Figure): number =>
  median(samples.flatMap(sample => sample[figure] ?? []))

/** The median of a comparison of two targets, round by round. */
export const compare = (
  ours: readonly Sample[],
  theirs: readonly Sample[],
  how: (ours: Sample, theirs: Sample) => number,
): number => median(ours.map((sample, round) => how(sample, theirs[round]!)))
