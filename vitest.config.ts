import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'
import { settings } from './test/contract/entry-point.ts'

// Tests start some hundred processes, of which each would compile the same files anew. An empty setting turns it off.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

/** Milliseconds that `expect.poll` waits, in place of one second, which is short where others use the machine. */
const patient = { poll: { timeout: 10_000 } }
/** How many tests of a file go at once where they may: more would only make each of them slow on two cores. */
const maxConcurrency = 3

/** Folders whose tests change nothing that others see: their files share what they import, which takes as long as they do. */
const sharing = ['check', 'laws', 'mapping', 'mappings', 'openapi', 'provider', 'records'].map(
  folder => `test/${folder}/**/*.test.ts`,
)
/** What all tests on Node have in common. */
const onNode = { expect: patient, maxConcurrency, testTimeout: 20_000, hookTimeout: 30_000 }

export default defineConfig({
  test: {
    // On two cores vitest would run one file at a time, and many tests wait for a time to be over.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // The Worker's own log, a line a request, drowns what tests say.
    onConsoleLog: text => !text.startsWith('{"level":'),
    projects: [
      {
        test: {
          ...onNode,
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/worker/**', 'test/built/**', 'test/clients/**', ...sharing],
        },
      },
      { test: { ...onNode, name: 'sharing', include: sharing, isolate: false } },
      {
        plugins: [
          cloudflareTest(async () => ({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: {
              bindings: {
                TEST_MIGRATIONS: await readD1Migrations('./migrations'),
                ...settings,
              },
            },
          })),
        ],
        test: {
          name: 'worker',
          include: ['test/worker/**/*.test.ts'],
          globalSetup: ['./test/contract/outside.ts'],
          expect: patient,
          maxConcurrency,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'built',
          include: ['test/built/**/*.test.ts'],
          expect: patient,
          maxConcurrency,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
