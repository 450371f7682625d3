import { applyD1Migrations } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { beforeAll, inject } from 'vitest'
import type { EntryPoint } from '../contract/entry-point.ts'
import { contract } from '../contract/index.ts'

let entryPoint: EntryPoint
beforeAll(async () => {
  await applyD1Migrations(env.DB, env.TEST_MIGRATIONS)
  entryPoint = {
    ...inject('upstream'),
    key: env.KOINE_SECRET_KEY,
    fetch: (path, init) => exports.default.fetch(`http://gateway.example${path}`, init),
  }
})

contract('workerd', () => entryPoint)
