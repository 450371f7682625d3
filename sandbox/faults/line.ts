import { carriedOut, deliver, type Fault, hold, type Reply, type Victim } from './inflict.ts'

/** Longer than anybody waits, in milliseconds. */
const FOR_EVER = 60_000
const half = (body: Buffer): Buffer => body.subarray(0, body.byteLength >> 1)

/** Sends the head and half of the body. */
function begin({ outgoing }: Victim, { status, headers, body }: Reply, length?: number): Promise<void> {
  outgoing.writeHead(status, { ...headers, ...(length !== undefined && { 'content-length': String(length) }) })
  return new Promise(resolve => outgoing.write(half(body), () => resolve()))
}
const reset = ({ incoming }: Victim): void => {
  incoming.socket.resetAndDestroy()
}

/** What goes wrong on the line. All but `reset` come too late: the request has been carried out. */
export const lines: Readonly<Record<string, Fault>> = {
  /** Nothing for that many milliseconds, then the answer. */
  async 'slow-head'(victim) {
    const reply = await carriedOut(victim)
    if (await hold(victim, victim.argument ?? FOR_EVER)) deliver(victim, reply)
  },
  async 'slow-body'(victim) {
    const reply = await carriedOut(victim)
    await begin(victim, reply, reply.body.byteLength)
    if (await hold(victim, victim.argument ?? FOR_EVER))
      victim.outgoing.end(reply.body.subarray(half(reply.body).length))
  },
  /** Nothing was carried out. */
  reset,
  /** Carried out, and nobody hears of it. */
  async 'answer-lost'(victim) {
    await victim.carryOut()
    reset(victim)
  },
  async 'reset-in-body'(victim) {
    await begin(victim, await carriedOut(victim))
    reset(victim)
  },
  /** The JSON breaks off, and the head is true. */
  async truncated(victim) {
    const reply = await carriedOut(victim)
    deliver(victim, { ...reply, body: half(reply.body) })
  },
  /** The connection ends before as much has come as the head declares. */
  async 'cut-short'(victim) {
    const reply = await carriedOut(victim)
    await begin(victim, reply, reply.body.byteLength)
    victim.outgoing.destroy()
  },
}
