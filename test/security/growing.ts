// How the time of a function grows with its input, for the tests that no text of a caller or a provider stops the loop.

/** What is done with an input of `n` pieces; what it answers or throws does not matter. */
export type Work = (n: number) => () => unknown

/** Milliseconds of the quickest of several runs: whatever else the machine does only ever makes a run longer. */
function quickest(run: () => unknown, times: number): number {
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < times; i++) {
    const began = performance.now()
    try {
      run()
    } catch {
      // A refusal is an answer, too.
    }
    best = Math.min(best, performance.now() - began)
  }
  return best
}

/** Pieces of the first input that is looked at, if nothing else is said; the largest has 64 times as many. */
const FIRST = 500
/**
 * Milliseconds below which growth is not looked at: the square of 8,000 pieces is 64 million, which takes a processor
 * ten times as long however little it does with each.
 */
const QUICK = 2
/** How many times as large the second of two inputs is. */
const TIMES = 4
/** How many times as long it may take then: 4 times where the time is linear, 16 times where it is quadratic. */
const LIMIT = 9
/** How often growth must be seen: what else the machine does lengthens one measurement, and not each. */
const LOOKS = 4

/** One look at `overgrown`. */
function look(work: Work, first: number): number | undefined {
  let worst: number | undefined
  for (let n = first; n <= 16 * first; n *= TIMES) {
    const [small, large] = [work(n), work(TIMES * n)]
    const long = quickest(large, 1)
    if (long < QUICK) {
      if (n >= TIMES * first) return undefined
      continue
    }
    const best = Math.min(long, quickest(large, long > 100 ? 2 : 5))
    const ratio = best / quickest(small, 5)
    if (ratio < LIMIT) return undefined
    worst = ratio
    if (best > 300) break
  }
  return worst
}

/**
 * Whether four times the input takes far more than four times as long, at every size that can be told apart from
 * noise, and each time that it is measured. The answer is the least of how much longer it took; undefined where the
 * time is linear.
 */
export function overgrown(work: Work, first = FIRST): number | undefined {
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < LOOKS; i++) {
    const ratio = look(work, first)
    if (ratio === undefined) return undefined
    least = Math.min(least, ratio)
  }
  return least
}

/** What parsers of this project stumble over: each piece is repeated. */
export const PIECES: readonly string[] = [
  ...'019aZé-+.,;:=%\\&\'"`<>()[]{}/|~@#$*? \t\n_',
  '\r\n',
  '\u0301',
  '\ud800',
  '😀',
  '\u00a0',
  '</p>',
  '</p> ',
  '<p>',
  '<br ',
  '<a>;',
  '&lt',
  '&amp;',
  '{a',
  '{a.b:',
  'a.',
  "'a'.",
  '[a=',
  'a[b=c].',
  'e1',
  '1.',
  '1,',
  '%41',
  '%e0',
  '",',
  '["',
  ', ',
  '; ',
  'a=b; ',
  'a ',
]
/** What stands before the pieces, and after them. */
const BEFORE = ['', '1', '<', '/Date(', '2026-01-02T03:04:05.']
const AFTER = ['', '!']

/** Every text of repeated pieces, by its name. */
export function* textsOf(pieces: readonly string[] = PIECES): Generator<{ name: string; text: (n: number) => string }> {
  for (const piece of pieces)
    for (const before of BEFORE)
      for (const after of AFTER)
        yield { name: JSON.stringify([before, piece, after]), text: n => before + piece.repeat(n) + after }
}

/** The texts over which a function's time grows faster than they do. */
export function stumblesOver(read: (text: string) => unknown, pieces?: readonly string[]): string[] {
  const found: string[] = []
  for (const { name, text } of textsOf(pieces)) {
    const ratio = overgrown(n => {
      const given = text(n)
      return () => read(given)
    })
    if (ratio !== undefined) found.push(`${name}: ${ratio.toFixed(1)} times as long`)
    // One is enough to fail.
    if (found.length > 1) break
  }
  return found
}
