import { applyD1Migrations, createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll } from 'vitest'
import worker from '../../src/worker.ts'
import { privateHosts } from '../contract/private-hosts.ts'

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))

// The entry point itself, with other settings than those that the Worker of this project was started with.
const { KOINE_ALLOW_PRIVATE_HOSTS: _, ...production } = env
privateHosts(() => ({
  key: env.KOINE_SECRET_KEY,
  fetch: async (path, init) =>
    worker.fetch(new Request(`http://gateway.example${path}`, init), production, createExecutionContext()),
}))
