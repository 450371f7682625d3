// One thread of `cores.ts`: plants its share of a provider's mistakes and posts what caught them.
import { fileURLToPath } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { readFolder } from '../../../src/mapping/check/folder.ts'
import { findPackagesIn } from '../packages.ts'
import type { Planted, Planting } from './cores.ts'
import { plantMistakes } from './run.ts'

findPackagesIn(fileURLToPath(new URL('../../..', import.meta.url)))
parentPort?.on('message', ({ mappings, id, ...share }: Planting) => {
  plantMistakes(mappings, readFolder(mappings, id).folder, share).then(
    caught => parentPort?.postMessage({ caught } satisfies Planted),
    error => parentPort?.postMessage({ failure: String((error as Error).stack ?? error) } satisfies Planted),
  )
})
