import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'
import { openStore } from '../../src/store/index.ts'
import { migrate } from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migrations.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import { MASTER_KEY, newPath, SECRET_KEY } from './disk.ts'

const directory = new URL('../../migrations/', import.meta.url)
const schema = (path: string) =>
  new DatabaseSync(path)
    .prepare("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
    .all()

describe('migrations', () => {
  it('are the files of the directory, numbered without a gap', () => {
    expect(migrations).toEqual(
      readdirSync(directory)
        .filter(name => name.endsWith('.sql'))
        .sort(),
    )
    expect(migrations.map(name => Number(name.slice(0, 4)))).toEqual(migrations.map((_, index) => index + 1))
  })

  it('lead to the same schema from every earlier version, and again change nothing', () => {
    const whole = newPath()
    expect(migrate(whole)).toEqual(migrations)
    expect(migrate(whole)).toEqual([])
    for (let version = 0; version <= migrations.length; version++) {
      const path = newPath()
      migrate(path, migrations.slice(0, version))
      expect(migrate(path)).toEqual(migrations.slice(version))
      expect(schema(path)).toEqual(schema(whole))
    }
  })

  it('say on a store whether they were all applied', async () => {
    const path = newPath()
    let time = 0
    const now = () => (time += 60_000)
    const store = openStore({ driver: openSqlite(path), seal: createSeal(MASTER_KEY), now, secretKey: SECRET_KEY })
    await expect(store.ready()).rejects.toMatchObject({ code: 'NOT_MIGRATED' })
    migrate(path, migrations.slice(0, -1))
    await expect(store.ready()).rejects.toMatchObject({ code: 'NOT_MIGRATED' })
    migrate(path)
    expect(await store.ready()).toEqual({ logs: 'ok' })
    store.close()
  })

  it('are applied whole or not at all', () => {
    const own = mkdtempSync(join(tmpdir(), 'koine-migrations-'))
    writeFileSync(join(own, '0001_good.sql'), 'CREATE TABLE good (id TEXT);')
    writeFileSync(join(own, '0002_bad.sql'), 'CREATE TABLE half (id TEXT); CREATE TABLE good (id TEXT);')
    const path = newPath()
    const url = pathToFileURL(`${own}/`)
    expect(() => migrate(path, ['0001_good.sql', '0002_bad.sql'], url)).toThrow('already exists')
    expect(schema(path).map(row => row.name)).toEqual(['d1_migrations', 'good'])
    writeFileSync(join(own, '0002_bad.sql'), 'CREATE TABLE half (id TEXT);')
    expect(migrate(path, ['0001_good.sql', '0002_bad.sql'], url)).toEqual(['0002_bad.sql'])
  })

  it('run once when several processes start together', async () => {
    // The first one is slow, so that the others come while it runs.
    const own = mkdtempSync(join(tmpdir(), 'koine-migrations-'))
    const slow = `CREATE TABLE slow AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
      SELECT count(*) AS n FROM n;`
    writeFileSync(join(own, '0001_slow.sql'), slow)
    writeFileSync(join(own, '0002_next.sql'), 'CREATE TABLE next (id TEXT);')
    const names = ['0001_slow.sql', '0002_next.sql']
    const file = new URL('../../src/store/migrate.ts', import.meta.url).href
    const script = `
      import { migrate } from ${JSON.stringify(file)}
      while (Date.now() < Number(process.argv[2]));
      console.log(JSON.stringify(migrate(process.argv[1], ${JSON.stringify(names)}, new URL(process.argv[3]))))`
    const path = newPath()
    const moment = String(Date.now() + 1500)
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        promisify(execFile)(process.execPath, [
          ...['--no-warnings', '--input-type=module', '-e', script],
          ...[path, moment, pathToFileURL(`${own}/`).href],
        ]),
      ),
    )
    // The second may be applied by another process than the first.
    expect(answers.flatMap(({ stdout }) => JSON.parse(stdout)).sort()).toEqual(names)
  }, 60_000)

  it('hold nothing that wrangler cannot carry out on D1', async () => {
    const { readFileSync } = await import('node:fs')
    for (const name of migrations)
      expect(readFileSync(new URL(name, directory), 'utf8')).not.toMatch(
        /\b(BEGIN|COMMIT|TRIGGER|PRAGMA|ATTACH|VACUUM)\b/i,
      )
  })
})
