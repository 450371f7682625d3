import { applyD1Migrations } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeAll, describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'
import { createSessionTokens } from '../../src/credentials/session-token.ts'
import { openD1 } from '../../src/store/d1.ts'
import { openStore } from '../../src/store/index.ts'

/** Milliseconds within which every isolate sees what another changed. */
const SEEN = 30_000

beforeAll(() => applyD1Migrations(env.DB, env.TEST_MIGRATIONS))

describe('what a session token ends with, at the edge', () => {
  it('is seen by another isolate within 30 seconds', async () => {
    let now = Date.now()
    const open = () =>
      openStore({
        driver: openD1(env.DB),
        seal: createSeal(env.KOINE_MASTER_KEY),
        now: () => now,
        secretKey: env.KOINE_SECRET_KEY,
      })
    // Two isolates.
    const [here, there] = [open(), open()]
    const made = await here.environments.create('edge-sessions')
    if ('taken' in made) throw new Error('taken')
    const { id } = made.made
    await here.environments.change(id, { allowed_origins: ['https://app.example.com'] })
    const key = await here.keys.create(id, 'some', ['records:read'])
    const access = await there.accessOf(key.id)
    expect(access).toMatchObject({ environment: id, key: key.id, allowedOrigins: ['https://app.example.com'] })
    // Remembered, without a read.
    expect(there.accessOf(key.id)).toBe(access)
    await here.environments.change(id, { allowed_origins: [] })
    expect(await here.accessOf(key.id)).toMatchObject({ allowedOrigins: [] })
    expect(there.accessOf(key.id)).toBe(access)
    now += SEEN
    expect(await there.accessOf(key.id)).toMatchObject({ allowedOrigins: [] })
    await here.keys.revoke(id, key.id)
    expect(await here.accessOf(key.id)).toBeUndefined()
    now += SEEN
    expect(await there.accessOf(key.id)).toBeUndefined()
  })

  it('signs and reads tokens', async () => {
    const tokens = createSessionTokens(env.KOINE_MASTER_KEY, Date.now)
    const ends = Math.floor(Date.now() / 1000 + 60) * 1000
    const connection = { uuid: 'u', id: 'c', integration: 'i' }
    const token = await tokens.sign({ environment: 'e', key: 'k', connection, verbs: ['list'], ends })
    expect(await tokens.verify(token)).toEqual({ environment: 'e', key: 'k', connection, verbs: ['list'], ends })
    expect(tokens.verify(token)).not.toBeInstanceOf(Promise)
  })
})
