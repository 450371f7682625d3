import { describe, expect, it } from 'vitest'
import { check } from './plant.ts'

const fault = (line: number, id: string) => `src/http/a.ts:${line}: "${id}" is a provider's id; a provider is data`
const faultsOf = (source: string, id: string) => check({ 'src/http/a.ts': source }, [id, 'another'])

describe('a provider’s id in the code is told with file and line', () => {
  it.each([
    ['a comparison', "if (provider === 'harbour') {\n}"],
    ['any text', "const a = 'harbour'"],
    ['a text in double quotes', 'const a = "harbour"'],
    ['a template without holes', 'const a = `harbour`'],
    ['a key', "const a = { 'harbour': 1 }"],
    ['a key without quotes', 'const a = { harbour: 1 }'],
    ['a member', 'const a = all.harbour'],
    ['an argument', "f(1, 'harbour')"],
  ])('%s', (_, source) => {
    expect(faultsOf(`\n${source}`, 'harbour')).toEqual([fault(2, 'harbour')])
  })

  it('but not what only speaks of it', () => {
    expect(
      faultsOf(
        `// 'harbour'
/** \`harbour\` */
const a = 'A harbour is \`harbour\`, or "harbour".'
const b = \`harbour/\${a}\`
const harbourMaster = 1`,
        'harbour',
      ),
    ).toEqual([])
  })
})

describe('an id that is a common word, such as `close`', () => {
  it.each([
    ['compared', "if (provider === 'close') {\n}"],
    ['compared by its member', "const a = connection.integration.provider !== 'close'"],
    ['compared from the other side', "const a = 'close' === integration.provider"],
    ['compared with what is called', "const a = providerOf(connection) === 'close'"],
    ['a case', "switch (integration.provider) {\n  case 'another-one':\n  case 'close': {\n  }\n}", 4],
    ['a case after a block', "switch (provider) {\n  case 'x': {\n  }\n  case 'close':\n}", 5],
    ['a key', "const a = providers['close']"],
    ['an argument', "const a = catalogue.provider('close')"],
    ['an argument of the catalogue', "const a = catalogue.mapping('close', 'contacts')"],
    ['a member', "const a = { provider: 'close' }"],
    ['a value', "const provider = 'close'"],
    ['a default', "const a = given.provider ?? 'close'"],
    ['in a list', "const a = ['x', 'close'].includes(connection.integration.provider)"],
  ])('is told where it is used as one: %s', (_, source, line = 2) => {
    expect(faultsOf(`\n${source}`, 'close')).toEqual([fault(line as number, 'close')])
  })

  it.each([
    ['an event', "socket.on('close', () => socket.close())"],
    ['a header', "const headers = { connection: 'close' }"],
    ['a comparison with something else', "const a = frame.type === 'close'"],
    [
      'a case of something else',
      "switch (provider) {\n  case other: {\n    switch (event.type) {\n      case 'close':\n    }\n  }\n}",
    ],
    ['a key', "const a = { close() {}, 'close': 1 }\na.close()"],
    ['a list', "const a = ['open', 'close'].includes(state)"],
    ['a later argument', "const a = catalogue.mapping(provider, 'close')"],
    ['a union', "type State = 'open' | 'close'"],
  ])('is a word like any other elsewhere: %s', (_, source) => {
    expect(faultsOf(source, 'close')).toEqual([])
  })

  it('is so by review: `linkedin` and `openai` too, and no other id', () => {
    const source = "const kinds = ['linkedin', 'openai', 'harbour']"
    expect(check({ 'src/http/a.ts': source }, ['linkedin', 'openai', 'harbour'])).toEqual([fault(1, 'harbour')])
  })
})

it('calls of fetch and code made from text are told with file and line', () => {
  const source = "fetch('https://a.example')\nconst a = eval('1')\nconst b = new Function('return 1')\nfetch(a ? b : c)"
  const told = [
    'only the provider client and the entry points call fetch',
    'code is made from text, which Workers forbid',
  ]
  expect(check({ 'src/http/a.ts': source })).toEqual([
    `src/http/a.ts:1: ${told[0]}`,
    `src/http/a.ts:2: ${told[1]}`,
    `src/http/a.ts:3: ${told[1]}`,
    `src/http/a.ts:4: ${told[0]}`,
  ])
  const declared =
    'interface A {\n  fetch(request: Request): Response\n}\nassets.fetch(a)\nconst f = { fetch(id?: string) {} }'
  expect(check({ 'src/provider/b.ts': source.split('\n')[0]!, 'src/http/a.ts': declared })).toEqual([])
})
