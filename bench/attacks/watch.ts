// Preloaded (`node --import`) into a gateway that is attacked: says over HTTP, on the port WATCH_PORT, how long the event
// loop stood still at most since it was last asked, in milliseconds.
import { createServer } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

/** Milliseconds between two looks at the clock: what a stop is measured to. */
const RESOLUTION = 2

// A preloaded module runs in each thread of the process, too.
if (isMainThread) {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION })
  delays.enable()
  createServer((_, response) => {
    response.end(String(delays.max / 1e6 - RESOLUTION))
    delays.reset()
  })
    .listen(Number(process.env.WATCH_PORT), '127.0.0.1')
    .unref()
}
