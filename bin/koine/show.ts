import type { HttpRequest, HttpSender } from '../../src/services.ts'
import type { Redactor } from './redact.ts'

const indented = (text: string): string => text.replace(/^/gm, '  ')

/** A body as it is shown: JSON with a member a line, any other text as it is. */
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

function request({ method, url, headers }: HttpRequest, redact: Redactor): string[] {
  return [`→ ${method} ${redact.text(url)}`, ...head(Object.entries(headers), redact)]
}

/** Makes a sender that prints each request and its response without secrets. Of bytes it prints only that there are some. */
export const showing = (sender: HttpSender, redact: Redactor, print: (line: string) => void): HttpSender => ({
  async send(given) {
    const body = typeof given.body === 'string' ? given.body : ''
    for (const line of [...request(given, redact), ...bodyOf(body, redact)]) print(line)
    const started = Date.now()
    const result = await sender.send(given)
    const ms = Date.now() - started
    if ('fault' in result) print(`← no answer: ${result.fault} (${ms} ms)\n`)
    else {
      const { status, headers, text, bytes } = result.response
      const shown = bytes ? ['  bytes'] : bodyOf(text, redact)
      for (const line of [`← ${status} (${ms} ms)`, ...head(headers.entries(), redact), ...shown, '']) print(line)
    }
    return result
  },
  async stream(given) {
    for (const line of request(given, redact)) print(line)
    const result = await sender.stream(given)
    print('fault' in result ? `← no answer: ${result.fault}\n` : `← ${result.response.status}, bytes\n`)
    return result
  },
})
