// The end of a sign-in in a window of its own: it says which one is back, to the page that opened it, and closes.

// What came with the address is used up, and is no business of the history.
history.replaceState(null, '', location.pathname)

const { attempt } = document.body.dataset
const isAck = data => data?.type === 'koine:callback-ack' && data.attempt === attempt

if (attempt) {
  const message = { type: 'koine:callback', attempt }
  // The opener is lost where a provider's page cut it off; the channel does not reach a page in a frame of another site.
  const channel = new BroadcastChannel('koine-connect')
  channel.onmessage = ({ data }) => isAck(data) && close()
  addEventListener('message', ({ origin, source, data }) => {
    if (origin === location.origin && source === opener && isAck(data)) close()
  })
  opener?.postMessage(message, location.origin)
  // The opener goes first: it knows its window, while on the channel every page has to ask whether it is meant.
  setTimeout(() => channel.postMessage(message), opener ? 250 : 0)
}
