import { type Json, refuse } from './errors.ts'

const CLAUSE = /^(\w+)(:|>=|<=|>|<)(?:'((?:[^'\\]|\\.)*)'|(\d+))$/
/** Clauses apart, where no `AND` within quotes parts them. */
const parts = (query: string): string[] => query.match(/(?:'(?:[^'\\]|\\.)*'|[^'])+?(?=\s+AND\s+|$)/g) ?? []
const NUMBERS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
}

/** A query such as `name:'Ada' AND created>=1767484800` as a test: texts are equal whatever their case. */
export function matching(query: string): (record: Json) => boolean {
  const tests = parts(query.trim()).map(text => {
    const [, field = '', sign = '', quoted, number] = CLAUSE.exec(text.replace(/^\s*AND\s+/, '').trim()) ?? []
    if (!['name', 'email', 'phone', 'created'].includes(field))
      return refuse(400, 'We were unable to parse your search query.', undefined, 'query')
    if (sign !== ':') return (record: Json) => NUMBERS[sign]!(Number(record[field]), Number(number ?? quoted))
    const wanted = (quoted ?? number ?? '').replace(/\\(.)/g, '$1').toLowerCase()
    return (record: Json) => String(record[field] ?? '').toLowerCase() === wanted
  })
  if (tests.length === 0) refuse(400, 'We were unable to parse your search query.', undefined, 'query')
  return record => tests.every(test => test(record))
}
