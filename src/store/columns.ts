// Columns of a row, each with its type. A column that is missing or holds another type means that the SQL and the code
// disagree, which is a bug: these throw a `TypeError` that names the column, and never its value.
import type { Row } from './sql.ts'

const unfit = (column: string, wanted: string): TypeError => new TypeError(`The column ${column} holds no ${wanted}.`)

/** The text in a column. */
export function readText(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw unfit(column, 'text')
  return value
}

/** The text in a column that may be null. */
export const readTextOrNull = (row: Row, column: string): string | null =>
  row[column] === null ? null : readText(row, column)

/** The number in a column. */
export function readNumber(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw unfit(column, 'number')
  return value
}

/** The JSON in a column of text, as the type that was written to it. */
export const readJson = <T>(row: Row, column: string): T => JSON.parse(readText(row, column))

/** The JSON in a column of text that may be null. */
export const readJsonOrNull = <T>(row: Row, column: string): T | null =>
  row[column] === null ? null : readJson(row, column)
