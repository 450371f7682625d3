// An imitation whose n-th request fails, for functions that make several.

type Handler = (request: Request) => Response | Promise<Response>

export interface Failing {
  readonly handler: Handler
  /** Method and path of every request since the last `reset`, in order. */
  readonly came: string[]
  /** The n-th request from now, counted from 1, is answered with this and does not reach the imitation. */
  fail(n: number, answer: () => Response): void
  /** Requests like this are answered with that, however often they come. */
  always(like: RegExp, answer: () => Response): void
  reset(): void
}

export function failing(handler: Handler): Failing {
  const came: string[] = []
  const byNumber = new Map<number, () => Response>()
  const byPath: [RegExp, () => Response][] = []
  return {
    came,
    async handler(request) {
      const line = `${request.method} ${new URL(request.url).pathname}`
      came.push(line)
      const answer = byNumber.get(came.length) ?? byPath.find(([like]) => like.test(line))?.[1]
      return answer ? answer() : handler(request)
    },
    fail: (n, answer) => void byNumber.set(came.length + n, answer),
    always: (like, answer) => void byPath.push([like, answer]),
    reset() {
      came.length = 0
      byNumber.clear()
      byPath.length = 0
    },
  }
}
