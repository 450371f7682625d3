import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const ROOT = new URL('../../', import.meta.url)
/** Folders of the repository that paths in the text begin with. */
const PATH = /^(src|bin|test|docs|migrations|mappings)\/[^<>*]*$/

it('every file and folder that CONTRIBUTING.md names is there', () => {
  const text = readFileSync(new URL('CONTRIBUTING.md', ROOT), 'utf8')
  const named = [...text.matchAll(/`([^`\n]+)`/g)].map(([, path = '']) => path).filter(path => PATH.test(path))
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter(path => !existsSync(new URL(path, ROOT)))).toEqual([])
})
