import { Buffer } from 'node:buffer'
import type { Gateway } from '../../app.ts'
import type { StreamWire } from '../../provider/stream.ts'
import type { Wire } from '../../provider/wire.ts'

/** A wire that reads an answer as bytes and hands them on beside it: the text of an answer that is none is no use. */
const bytesWire =
  (stream: StreamWire, keep: (bytes: Buffer) => void): Wire =>
  async ({ body, maxBytes, ...request }) => {
    const sent = body === undefined ? null : (new Blob([body]).stream() as ReadableStream<Uint8Array>)
    const result = await stream({ ...request, body: sent })
    if ('fault' in result) return result
    const { status, headers, body: coming } = result.answer
    const chunks: Uint8Array[] = []
    let size = 0
    try {
      for await (const chunk of (coming ?? []) as AsyncIterable<Uint8Array>) {
        size += chunk.byteLength
        // Leaving the loop ends the stream.
        if (size > maxBytes) return { fault: 'too-large' }
        chunks.push(chunk)
      }
    } catch {
      return { fault: request.signal.aborted ? 'timeout' : 'cut-short' }
    }
    keep(Buffer.concat(chunks))
    return { answer: { status, headers, text: '' } }
  }

/** A gateway that carries requests as any other, and the bytes of the last answer that it brought. */
export function collecting(gateway: Gateway): { carrying: Gateway; bytes: () => Buffer | undefined } {
  let bytes: Buffer | undefined
  const wire = bytesWire(gateway.stream, given => {
    bytes = given
  })
  return { carrying: { ...gateway, carrier: { ...gateway.carrier, wire } }, bytes: () => bytes }
}
