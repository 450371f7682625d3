import { millisOf } from '../times.ts'
import { malformed } from './place.ts'
import type { Reader } from './reader.ts'
import type { Comparison, Condition, Literal, Operator } from './tree.ts'

/**
 * Comparisons joined by AND or by OR. The two do not mix, nor does NOT stand beside either, without parentheses: so the
 * SOQL reference, under conditionExpression.
 */
export function readCondition(reader: Reader): Condition {
  if (reader.takes('NOT')) return { kind: 'not', part: readPart(reader) }
  const first = readPart(reader)
  for (const joint of ['AND', 'OR']) {
    if (!reader.sees(joint)) continue
    const parts = [first]
    while (reader.takes(joint)) parts.push(readPart(reader))
    return { kind: joint === 'AND' ? 'and' : 'or', parts }
  }
  return first
}

function readPart(reader: Reader): Condition {
  if (!reader.takes('(')) return readComparison(reader)
  const inner = readCondition(reader)
  reader.expect(')')
  return inner
}

function readComparison(reader: Reader): Comparison {
  const path = reader.path()
  const { at } = reader.token
  const operator = readOperator(reader)
  const many = operator === 'IN' || operator === 'NOT IN'
  return { kind: 'comparison', path, operator, operands: many ? readList(reader) : [readLiteral(reader)], at }
}

const OPERATORS: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'LIKE', 'IN']

function readOperator(reader: Reader): Operator {
  if (reader.takes('NOT')) {
    reader.expect('IN')
    return 'NOT IN'
  }
  return OPERATORS.find(operator => reader.takes(operator)) ?? reader.unexpected()
}

function readList(reader: Reader): Literal[] {
  reader.expect('(')
  const literals = [readLiteral(reader)]
  while (reader.takes(',')) literals.push(readLiteral(reader))
  reader.expect(')')
  return literals
}

function readLiteral(reader: Reader): Literal {
  const { token } = reader
  if (reader.takes('NULL')) return { kind: 'null' }
  for (const value of [true, false]) if (reader.takes(String(value).toUpperCase())) return { kind: 'boolean', value }
  switch (token.kind) {
    case 'string':
      reader.next()
      return { kind: 'string', text: token.text, pattern: token.pattern }
    case 'number':
      reader.next()
      return { kind: 'number', value: Number(token.source) }
    case 'date':
    case 'datetime': {
      const value = millisOf(token.source)
      if (Number.isNaN(value)) return malformed(`Invalid ${token.kind}: ${token.source}`)
      reader.next()
      return { kind: token.kind, value }
    }
    default:
      return reader.unexpected()
  }
}
