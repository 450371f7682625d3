import type { StreamWire } from '../../src/provider/stream.ts'
import type { Wire, WireRequest } from '../../src/provider/wire.ts'
import type { Redactor } from './redact.ts'

const indented = (text: string): string => text.replace(/^/gm, '  ')

/** A body as it is read best: JSON with its members in lines, anything else as it is. */
function bodyOf(text: string, redact: Redactor): string[] {
  if (text === '') return []
  try {
    return [indented(JSON.stringify(redact.value(JSON.parse(text)), null, 2))]
  } catch {
    return [indented(redact.text(text))]
  }
}
const head = (headers: Iterable<readonly [string, string]>, redact: Redactor): string[] =>
  redact.headers(headers).map(([name, value]) => `  ${name}: ${value}`)

function request(
  { method, url, headers }: Pick<WireRequest, 'method' | 'url' | 'headers'>,
  redact: Redactor,
): string[] {
  return [`→ ${method} ${redact.text(url)}`, ...head(Object.entries(headers), redact)]
}

/** A wire that shows each request and its answer, without secrets. */
export const showing =
  (wire: Wire, redact: Redactor, print: (line: string) => void): Wire =>
  async given => {
    for (const line of [...request(given, redact), ...bodyOf(given.body ?? '', redact)]) print(line)
    const started = Date.now()
    const result = await wire(given)
    const ms = Date.now() - started
    if ('fault' in result) print(`← no answer: ${result.fault} (${ms} ms)\n`)
    else {
      const { status, headers, text } = result.answer
      for (const line of [`← ${status} (${ms} ms)`, ...head(headers.entries(), redact), ...bodyOf(text, redact), ''])
        print(line)
    }
    return result
  }

/** The same for what is passed through as bytes, which are not shown. */
export const showingStream =
  (stream: StreamWire, redact: Redactor, print: (line: string) => void): StreamWire =>
  async given => {
    for (const line of request(given, redact)) print(line)
    const result = await stream(given)
    print('fault' in result ? `← no answer: ${result.fault}\n` : `← ${result.answer.status}, bytes\n`)
    return result
  }
