import { type Column, columnValue, readColumn } from './columns.ts'
import { refuse } from './errors.ts'
import type { Field, FieldType } from './field.ts'
import { readId } from './ids.ts'
import type { ObjectName } from './objects.ts'
import type { Records, Stored, Value } from './records.ts'
import { placed } from './soql/place.ts'
import type { Comparison, Condition, Literal, Operator } from './soql/tree.ts'
import { millisOf } from './times.ts'

type Comparable = string | number | boolean | null
type Test = (record: Stored) => boolean

const SPELLED: Partial<Record<FieldType, Literal['kind']>> = {
  int: 'number',
  double: 'number',
  currency: 'number',
  percent: 'number',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
}
const isId = ({ type }: Field): boolean => type === 'id' || type === 'reference'
const isText = (field: Field): boolean => SPELLED[field.type] === undefined && !isId(field)

/** A stored value as it compares: times by the millisecond, texts without regard to case, ids with it. */
export function comparable(field: Field, value: Value): Comparable {
  if (typeof value !== 'string') return value
  if (field.type === 'date' || field.type === 'datetime') return millisOf(value)
  return isText(field) ? value.toLowerCase() : value
}

/** A literal as it compares with the field, refused when it is of another type. */
function operandOf(field: Field, literal: Literal, wrong: (code: string, message: string) => never): Comparable {
  if (literal.kind === 'null') return null
  const kind = SPELLED[field.type] ?? 'string'
  if (literal.kind !== kind) {
    const quotes = kind === 'string' ? 'should be enclosed' : 'should not be enclosed'
    const type = isId(field) ? 'ID' : field.type === 'datetime' ? 'dateTime' : kind === 'string' ? 'string' : field.type
    const message = `value of filter criterion for field '${field.name}' must be of type ${type} and ${quotes} in quotes`
    return wrong('INVALID_FIELD', message)
  }
  if (literal.kind !== 'string') return literal.value
  if (isId(field))
    return readId(literal.text) ?? wrong('INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.text}`)
  return literal.text === '' ? null : literal.text.toLowerCase()
}

/** Null equals null, and nothing is greater or smaller than it. */
const compare: Record<Exclude<Operator, 'LIKE'>, (mine: Comparable, theirs: Comparable[]) => boolean> = {
  '=': (mine, [theirs]) => mine === theirs,
  '!=': (mine, [theirs]) => mine !== theirs,
  '<': (mine, [theirs]) => mine !== null && theirs != null && mine < theirs,
  '<=': (mine, [theirs]) => mine !== null && theirs != null && mine <= theirs,
  '>': (mine, [theirs]) => mine !== null && theirs != null && mine > theirs,
  '>=': (mine, [theirs]) => mine !== null && theirs != null && mine >= theirs,
  IN: (mine, theirs) => theirs.includes(mine),
  'NOT IN': (mine, theirs) => !theirs.includes(mine),
}

const ORDERED = ['<', '<=', '>', '>=']

function refuseOperator({ field }: Column, operator: Operator, wrong: (code: string, message: string) => never): void {
  if (!field.filterable) wrong('INVALID_FIELD', `field '${field.name}' can not be filtered in a query call`)
  const unfit = operator === 'LIKE' ? !isText(field) : field.type === 'boolean' && ORDERED.includes(operator)
  if (unfit) wrong('INVALID_QUERY_FILTER_OPERATOR', `invalid operator on ${field.type} field`)
}

function readComparison(records: Records, soql: string, type: ObjectName, comparison: Comparison): Test {
  const { path, operator, operands } = comparison
  const column = readColumn(soql, type, path)
  const wrong = (code: string, message: string) => refuse(400, code, placed(soql, comparison.at, message))
  refuseOperator(column, operator, wrong)
  const values = operands.map(literal => operandOf(column.field, literal, wrong))
  const mine = (record: Stored) => comparable(column.field, columnValue(records, record, column))
  if (operator !== 'LIKE') return record => compare[operator](mine(record), values)
  const [literal] = operands
  const pattern = new RegExp(`^${literal?.kind === 'string' ? literal.pattern : ''}$`, 'isu')
  return record => pattern.test(String(mine(record) ?? ''))
}

/** Compiles a condition to a test of a record; one that does not fit is refused before any record is read. */
export function readTest(records: Records, soql: string, type: ObjectName, condition: Condition): Test {
  const read = (part: Condition) => readTest(records, soql, type, part)
  switch (condition.kind) {
    case 'comparison':
      return readComparison(records, soql, type, condition)
    case 'not': {
      const test = read(condition.part)
      return record => !test(record)
    }
    default: {
      const tests = condition.parts.map(read)
      return condition.kind === 'and' ? r => tests.every(test => test(r)) : r => tests.some(test => test(r))
    }
  }
}
