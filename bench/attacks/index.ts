// `node bench/attacks/index.ts`: attacks a gateway in a process of its own, with the flags of `npm start`, and says of each
// attack what came of it, how long the event loop stood still, and how much memory was held. `--only <text>` runs some.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { settings } from '../gateway.ts'
import { freePort, memoryOf, type Server, startServer } from '../process.ts'
import { productFlags } from '../product-flags.ts'
import { machine, table } from '../report.ts'
import { type Attack, attacks, STATIC, type Target } from './attacks.ts'

const { only } = parseArgs({ options: { only: { type: 'string', default: '' } } }).values
/** Times that each address is asked for before an attack. */
const WARM = 100
/** Milliseconds between two looks at the gateway's memory. */
const SAMPLE_MS = 20

/** Runs one attack on a gateway of its own, so that none is measured after another. */
async function measure(attack: Attack, upstream: string): Promise<string[]> {
  const data = mkdtempSync(join(tmpdir(), 'koine-attack-'))
  const [port, watch] = [await freePort(), await freePort()]
  const gateway = await startServer('src/node.ts', [], {
    port,
    flags: productFlags(),
    preload: ['./bench/other-index.ts', './bench/attacks/watch.ts'],
    environment: {
      ...settings,
      PORT: String(port),
      WATCH_PORT: String(watch),
      KOINE_DATA: data,
      KOINE_PROVIDER_TIMEOUT: '10',
      BENCH_INDEX: new URL('functions/index.ts', import.meta.url).href,
    },
  })
  const stop = async () => Number(await (await fetch(`http://127.0.0.1:${watch}`)).text())
  try {
    const target: Target = { url: gateway.url, key: settings.KOINE_SECRET_KEY, upstream, data }
    // What is compiled, loaded or allocated by any work at all is none of the attack's.
    for (let n = 0; n < WARM; n++)
      for (const path of [...STATIC, '/contacts'])
        await (await fetch(gateway.url + path, { headers: { authorization: `Bearer ${target.key}` } })).arrayBuffer()
    await delay(300)
    await stop()
    const idle = memoryOf(gateway.pid) ?? Number.NaN
    let most = idle
    const sampling = setInterval(() => {
      most = Math.max(most, memoryOf(gateway.pid) ?? 0)
    }, SAMPLE_MS)
    const said = await attack.run(target).catch((error: Error) => `no answer (${error.name})`)
    clearInterval(sampling)
    const longest = await stop().catch(() => Number.NaN)
    return [attack.name, said, longest.toFixed(0), idle.toFixed(0), most.toFixed(0), (most / idle).toFixed(2)]
  } finally {
    await gateway.stop()
    rmSync(data, { recursive: true, force: true })
  }
}

const port = await freePort()
const hostile: Server = await startServer('bench/attacks/hostile.ts', [String(port)], { port })
console.log(machine())
try {
  const rows = [['attack', 'answer', 'longest stop ms', 'idle MB', 'most MB', 'ratio']]
  for (const attack of attacks.filter(({ name }) => name.includes(only))) {
    const row = await measure(attack, hostile.url)
    rows.push(row)
    console.error(row.join(' | '))
  }
  console.log(table(rows))
} finally {
  await hostile.stop()
}
