import { problems } from '../../src/problem/table.ts'
import type { Output } from './output.ts'
import { table } from './table.ts'

/** `docs/problems.md`, from the table of problems, by status. */
export function problemList(): Output {
  const rows = Object.entries(problems)
    .sort(([, a], [, b]) => a.status - b.status)
    .map(([code, { status, source, retryable, about, remedy }]) => [
      String(status),
      `\`${code}\``,
      source,
      retryable ? 'yes' : 'no',
      about,
      remedy,
    ])
  const content = `<!-- Emitted by \`npm run emit\` from src/problem/table.ts; do not edit. -->
# Problems

Every failure is answered as \`application/problem+json\` (RFC 9457). \`code\` is stable; \`source\` says who failed;
\`retryable\`, whether the same request may succeed later without a change. A gateway serves each row as a page of its
own, at the address in \`type\`: \`/problems/{code}\`.

${table(['status', 'code', 'source', 'retryable', 'what happened', 'what to do'], rows)}
`
  return { file: 'docs/problems.md', content }
}
