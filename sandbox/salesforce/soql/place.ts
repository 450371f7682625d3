import { refuse } from '../errors.ts'

/** What Salesforce puts before the message about a part of a query: the line, and where in it. */
export function placed(soql: string, at: number, message: string): string {
  const before = soql.slice(0, at).split('\n')
  const row = before.length
  const column = (before.at(-1) ?? '').length + 1
  const line = soql.split('\n')[row - 1] ?? ''
  return `\n${line}\n${' '.repeat(column - 1)}^\nERROR at Row:${row}:Column:${column}\n${message}`
}

export const malformed = (message: string): never => refuse(400, 'MALFORMED_QUERY', message)
