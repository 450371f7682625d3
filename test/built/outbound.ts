/**
 * The harness carries what a Worker sends by this process's own `fetch`, follows redirections, and makes answers out of
 * failures of the network. A Worker sees the failures themselves: this turns them back, and answers how that ends.
 *
 * No connection: an answer that is no HTTP, so that the Worker's `fetch` rejects. An answer that broke off: one that is
 * shorter than it declares.
 */
export function carryFaithfully(): () => void {
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
    // Node has decompressed it.
    const kept = new Headers(headers)
    for (const name of ['content-encoding', 'content-length', 'transfer-encoding']) kept.delete(name)
    return new Response(body.byteLength > 0 ? body : null, { status, headers: kept })
  }
  return () => {
    globalThis.fetch = fetch
  }
}
