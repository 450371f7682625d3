import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { compare, middle, type Sample } from './measure.ts'

/** An aim of the project beside what was measured. */
export interface Aim {
  readonly what: string
  /** `≥ 0.85 ×`; missing for a figure that is there to be seen. */
  readonly wanted?: string
  readonly figure: string
  readonly met?: boolean
}

/** A table of one run, and the aims that it tells about. */
export interface Section {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  readonly aims: readonly Aim[]
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map(row => row[column]!.length)))
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')
  return rows.map(line).join('\n')
}

export const number = (value: number, digits: number): string => (Number.isNaN(value) ? '–' : value.toFixed(digits))

/** The row of one server under one load. */
export const loadRow = (name: string, samples: readonly Sample[]): string[] => [
  name,
  number(middle(samples, 'p50'), 2),
  number(middle(samples, 'p99'), 2),
  number(middle(samples, 'rate'), 0),
  number(middle(samples, 'cpu'), 3),
  number(middle(samples, 'memory'), 0),
]
export const LOAD_HEADS = ['', 'p50 ms', 'p99 ms', 'requests/s', 'CPU ms/request', 'RSS MB']

/** Ours beside theirs, round by round. */
export const ratioRow = (ours: readonly Sample[], theirs: readonly Sample[], name = 'ratio'): string[] => [
  name,
  ...(['p50', 'p99', 'rate', 'cpu', 'memory'] as const).map(figure =>
    number(
      compare(ours, theirs, (a, b) => (a[figure] ?? Number.NaN) / (b[figure] ?? Number.NaN)),
      2,
    ),
  ),
]

export const rateOf = (ours: Sample, theirs: Sample): number => ours.rate / theirs.rate
export const moreOf = (ours: Sample, theirs: Sample): number => ours.p50 - theirs.p50
export const counted = (connections: number): string =>
  connections === 1 ? '1 connection' : `${connections} connections`

/** Lowest and highest of a comparison over the rounds, in brackets: how far the figure can be trusted. */
export function spread(
  ours: readonly Sample[],
  theirs: readonly Sample[],
  how: (ours: Sample, theirs: Sample) => number,
): string {
  const values = ours.map((sample, round) => how(sample, theirs[round]!))
  return `(${number(Math.min(...values), 2)} to ${number(Math.max(...values), 2)})`
}

/** What the figures were measured on. */
export const machine = (): string =>
  `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${availableParallelism()} cores (${
    cpus()[0]?.model.trim() ?? 'unknown'
  }), ${Math.round(totalmem() / 2 ** 30)} GB, load ${loadavg()[0]!.toFixed(1)}`

/** Whether other work takes a good part of the machine. */
export const busy = (): boolean => loadavg()[0]! > availableParallelism() / 4
