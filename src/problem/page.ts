import { type Code, problems } from './problems.ts'

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, c => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!)
const prose = (text: string): string => escaped(text).replace(/`([^`]+)`/g, '<code>$1</code>')

/** Makes the HTML page of a problem, served at `/problems/{code}`. */
export function problemPage(code: Code): string {
  const { status, title, source, retryable, description, remedy } = problems[code]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}dt{font-weight:600}code{font-size:.95em}</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>${prose(description)}</p>
<h2>What to do</h2>
<p>${prose(remedy)}</p>
<dl>
<dt>Code</dt><dd><code>${code}</code></dd>
<dt>Status</dt><dd>${status}</dd>
<dt>Who failed</dt><dd>the ${source}</dd>
<dt>Worth a repetition</dt><dd>${retryable ? 'yes' : 'not without a change'}</dd>
</dl>
<p><a href="/docs">API reference</a></p>
</body>
</html>
`
}
