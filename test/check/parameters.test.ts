import { describe, expect, it } from 'vitest'
import { check } from './plant.ts'

const fault = (line: number, name: string, count: number) =>
  `src/store/a.ts:${line}: ${name} has ${count} parameters; from 5 on they are one object with names`

describe('more than four parameters are told with file and line', () => {
  it.each([
    ['a function', 'function f(a: A, b: B, c: C, d: D, e: E): F {\n  return 1\n}', 'f', 5],
    ['one that is exported and asynchronous', 'export async function f(a, b, c, d, e, g) {}', 'f', 6],
    ['a generator', 'function* f(a, b, c, d, e) {}', 'f', 5],
    ['with type arguments', 'function f<A, B = Map<A, A>>(a: A, b: B, c, d, e) {}', 'f', 5],
    [
      'over several lines, with a comma at the end',
      'function f(\n  a: A,\n  b: B,\n  c: C,\n  d: D,\n  e: E,\n): void {}',
      'f',
      5,
    ],
    [
      'with types and defaults that have commas',
      'function f(a: Map<A, B>, { b, c }: B, c = [1, 2], d = g(1, 2), e: [A, B]) {}',
      'f',
      5,
    ],
    ['an arrow function', 'const f = (a, b, c, d, e) => a', 'f', 5],
    ['an arrow function with types', 'const f = async <T>(a: T, b, c, d, e): Promise<Map<T, T>> => a', 'f', 5],
    ['an arrow function as a member', 'const o = { f: (a, b, c, d, e) => a }', 'f', 5],
    ['one that is returned', 'const f = (a: A) => (b, c, d, e, g) => a', 'a function', 5],
    ['the type of a function', 'interface A {\n  readonly f: (a: A, b: B, c: C, d: D, e: E) => void\n}', 'f', 5, 2],
    [
      'the type of one that may be missing',
      'interface A {\n  readonly f?: (a: A, b: B, c: C, d: D, e: E) => void\n}',
      'f',
      5,
      2,
    ],
    ['a method of an object', 'const o = {\n  a,\n  async f(a, b, c, d, e) {\n    return a\n  },\n}', 'f', 5, 3],
    ['a method of a class', 'class A {\n  #a = 1\n  f(a: A, b: B, c: C, d: D, e: E): F {\n  }\n}', 'f', 5, 3],
    ['a private method', 'class A {\n  #f(a: A, b: B, c: C, d: D, e: E): F {\n  }\n}', '#f', 5, 2],
    ['a constructor', 'class A {\n  constructor(a: A, b: B, c: C, d: D, e: E) {}\n}', 'constructor', 5, 2],
    ['a method of an interface', 'interface A {\n  a: string\n  f(a: A, b: B, c: C, d: D, e: E): void\n}', 'f', 5, 3],
    ['one that may be missing', 'interface A {\n  f?(a: A, b: B, c: C, d: D, e: E): void\n}', 'f', 5, 2],
  ])('%s', (_, source, name, count, line = 1) => {
    expect(check({ 'src/store/a.ts': source })).toEqual([fault(line as number, name, count)])
  })
})

describe('nothing else is taken for one', () => {
  it.each([
    ['four', 'function f(a: A, b: B, c: C, d: D) {}\nconst g = (a, b, c, d) => a\nclass A {\n  h(a, b, c, d) {}\n}'],
    ['commas inside of brackets', 'function f(a: Map<A, B>, { b, c, d, e }: B, g: [A, B], h = { a, b, c }) {}'],
    ['a comparison in a default', 'function f(a = 1 < 2, b = 3 > 2, c, d) {}'],
    ['a call', 'f(a, b, c, d, e)\nconst a = f(a, b, c, d, e)\n'],
    ['a call in a choice', 'const a = b ? f(a, b, c, d, e) : c\nconst d = b\n  ? f(a, b, c, d, e)\n  : c'],
    [
      'a call before a block',
      'if (f(a, b, c, d, e)) {\n}\nfor (const x of f(a, b, c, d, e)) {\n}\nswitch (f(a, b, c, d, e)) {\n}',
    ],
    ['a call in a case', 'switch (a) {\n  case f(a, b, c, d, e): {\n  }\n}'],
    ['a class to extend', 'class A extends f(a, b, c, d, e) {\n}'],
    ['an object that is made', 'const a = new A(a, b, c, d, e)\nreturn new A(a, b, c, d, e)'],
    [
      'an argument, whose parameters are another’s to name',
      'text.replace(/a/, (_, a, b, c, d, e) => a)\nf(x, (a, b, c, d, e) => a)',
    ],
    [
      'texts and comments',
      "// function f(a, b, c, d, e) {}\nconst a = 'function f(a, b, c, d, e) {}'\nconst b = `function f(a, b, c, d, e) {}`",
    ],
    ['regular expressions', "const a = /function f\\(a, b, c, d, e\\) \\{/\nconst b = /['\"`(]/.test(a) ? '(' : ')'"],
  ])('%s', (_, source) => {
    expect(check({ 'src/store/a.ts': source })).toEqual([])
  })
})
