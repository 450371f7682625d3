/** Changes the chunks of a body that is passed on. */
export interface Change {
  /** The next chunk as it is passed on; it may be empty, as a part of it may have to wait for the chunk after it. */
  next(chunk: Uint8Array): Uint8Array
  /** What is still to be passed on after the last chunk. */
  last(): Uint8Array
}

const NOTHING = new Uint8Array()

interface Passing {
  /** Milliseconds in which a piece has to be read and to come; else the body is ended. */
  readonly idle: number
  /** Without it the chunks are passed on as they are. */
  readonly change?: Change | undefined
  /** Is told once that the body is over, however it ended. */
  readonly over: () => void
}

/**
 * A provider's body as it is passed on to the caller. It ends with an error where the provider sends nothing, or the
 * caller reads nothing, for too long: whoever lets a body lie would keep a connection to the provider from others.
 */
export function passOn(body: ReadableStream<Uint8Array>, { idle, change, over }: Passing): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  let moved = performance.now()
  let timer: ReturnType<typeof setTimeout>
  const end = () => {
    clearTimeout(timer)
    over()
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // One timer that looks at the time again, in place of one for each chunk.
        const watch = (ms: number) => {
          timer = setTimeout(() => {
            const left = moved + idle - performance.now()
            if (left > 0) return watch(left)
            const error = new Error('Nothing was sent or read for too long.')
            controller.error(error)
            end()
            reader.cancel(error).catch(() => {})
          }, ms)
        }
        watch(idle)
      },
      async pull(controller) {
        moved = performance.now()
        try {
          for (;;) {
            const { done, value } = await reader.read()
            const chunk = done ? (change?.last() ?? NOTHING) : (change?.next(value) ?? value)
            if (chunk.byteLength > 0) controller.enqueue(chunk)
            if (done) {
              controller.close()
              return end()
            }
            moved = performance.now()
            if (chunk.byteLength > 0) return
          }
        } catch (error) {
          end()
          throw error
        }
      },
      cancel(reason) {
        end()
        return reader.cancel(reason)
      },
    },
    // A piece is asked for when the caller reads, not before: so it shows who does not read.
    { highWaterMark: 0 },
  )
}
