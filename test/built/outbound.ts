/**
 * Makes the Worker see redirections and failures of the network as it would when deployed. The harness sends its
 * requests by this process's own `fetch`, which follows redirections, and answers a failure with a response. Here a
 * connection that fails becomes a response that is no HTTP, so that the Worker's `fetch` rejects, and a response that
 * breaks off becomes one that is shorter than it declares. Answers a function that puts `fetch` back.
 */
export function passFailuresOn(): () => void {
  const { fetch } = globalThis
  globalThis.fetch = async (input, init) => {
    let answer: Response
    try {
      // The harness gives a whole Request, whose members are getters: a spread would lose them.
      const { method = 'GET', headers = {}, body = null } = init ?? {}
      answer = await fetch(input, { method, headers, body, redirect: 'manual', duplex: 'half' } as RequestInit)
    } catch {
      return new Response(null, { headers: { 'content-length': 'none', connection: 'close' } })
    }
    const { status, headers } = answer
    const body = await answer.arrayBuffer().catch(() => undefined)
    if (!body) return new Response('{', { status, headers: { 'content-length': '1000', connection: 'close' } })
    // Node's `fetch` has decompressed the body, so these headers are no longer true.
    const kept = new Headers(headers)
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name)
    return new Response(body.byteLength > 0 ? body : null, { status, headers: kept })
  }
  return () => {
    globalThis.fetch = fetch
  }
}
