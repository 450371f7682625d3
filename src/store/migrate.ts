import { readFileSync } from 'node:fs'
import { MIGRATIONS_TABLE, migrations } from './migrations.ts'
import { openDatabase } from './sqlite-file.ts'

const DIRECTORY = new URL('../../migrations/', import.meta.url)

/**
 * Brings a SQLite file up to this build; answers the names of what it applied. Each migration is applied whole or not
 * at all, and once, also when several processes start together.
 *
 * @example
 * migrate('.koine/koine.db') // ['0001_tenants.sql'], later []
 */
export function migrate(path: string, names: readonly string[] = migrations, directory: URL = DIRECTORY): string[] {
  const db = openDatabase(path)
  try {
    db.exec(MIGRATIONS_TABLE)
    return names.filter(name => {
      const text = readFileSync(new URL(name, directory), 'utf8')
      // The lock comes first: a process that waited for it then sees what the other one has applied.
      db.exec('BEGIN IMMEDIATE')
      try {
        const applied = db.prepare('SELECT 1 FROM d1_migrations WHERE name = ?').get(name) !== undefined
        if (!applied) {
          db.exec(text)
          db.prepare('INSERT INTO d1_migrations (name) VALUES (?)').run(name)
        }
        db.exec('COMMIT')
        return !applied
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK')
        throw error
      }
    })
  } finally {
    db.close()
  }
}
