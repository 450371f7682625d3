// Lines of the log on standard output, which may be closed or read too slowly.
import type { Writable } from 'node:stream'

/** Bytes of lines that may wait for a slow reader. */
const WAITING = 4_194_304

/**
 * A function that writes an entry as a line of JSON. A line is lost where the stream is closed, or where its reader is
 * megabytes behind: the log must neither end the process nor fill its memory. How many were lost is the next line that
 * can be written; where none can, `complain` is told the first time.
 */
export function logLines(
  stream: Writable,
  complain: (text: string) => void,
): (entry: Readonly<Record<string, unknown>>) => void {
  let closed = false
  let lost = 0
  stream.on('error', () => {
    if (!closed) complain('The standard output cannot be written any more: lines of the log are lost from here on.')
    closed = true
  })
  return entry => {
    if (closed || stream.writableLength > WAITING) {
      lost++
      return
    }
    if (lost > 0) stream.write(`${JSON.stringify({ level: 'error', task: 'log', lost })}\n`)
    lost = 0
    stream.write(`${JSON.stringify(entry)}\n`)
  }
}

/** The log of this process. */
export function processLog(): (entry: Readonly<Record<string, unknown>>) => void {
  // With nobody to tell, going on is all that is left.
  process.stderr.on('error', () => {})
  return logLines(process.stdout, text => process.stderr.write(`${text}\n`))
}
