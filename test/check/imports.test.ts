import { describe, expect, it } from 'vitest'
import { check } from './plant.ts'

describe('an import against the layers is told with file and line', () => {
  it.each([
    ['a value', "import { a } from '../http/a.ts'"],
    ['types alone', "import type { A } from '../http/a.ts'"],
    ['a type among values', "import { type A, a } from '../http/a.ts'"],
    ['everything under a name', "import * as all from '../http/a.ts'"],
    ['a default beside names', "import one, { a } from '../http/a.ts'"],
    ['nothing but its effects', "import '../http/a.ts'"],
    ['a re-export', "export { a } from '../http/a.ts'"],
    ['a re-export of types', "export type { A } from '../http/a.ts'"],
    ['a re-export of everything', "export * from '../http/a.ts'"],
    ['a re-export of everything under a name', "export * as all from '../http/a.ts'"],
    ['over several lines', "import {\n  a,\n  type A,\n} from '../http/a.ts'"],
    ['a call', "const load = () => import('../http/a.ts')"],
    ['a call inside a template', `const text = \`\${await import("../http/a.ts")}\``],
    ['the type of a call', "type A = import('../http/a.ts').A"],
  ])('%s', (_, statement) => {
    const line = 2 + statement.split('\n').length - 1
    expect(check({ 'src/records/b.ts': `// First.\n${statement}\n` })).toEqual([
      `src/records/b.ts:${line}: records imports http ("../http/a.ts"); http is above records`,
    ])
  })

  it('of packages that are folders of ours', () => {
    expect(check({ 'src/mapping/b.ts': "import { defineGetHook } from 'koine/hooks'" })).toEqual([
      'src/mapping/b.ts:1: mapping imports hooks ("koine/hooks"); hooks is above mapping',
    ])
    expect(check({ 'src/actions/b.ts': "import { runAction } from 'nango/testing'" })).toEqual([
      'src/actions/b.ts:1: actions imports nango/testing ("nango/testing"); nango/testing is above actions',
    ])
  })

  it.each([
    [
      'src/backends/a.ts',
      '../hooks/index.ts',
      'backends imports hooks ("../hooks/index.ts"); they stand beside each other',
    ],
    ['src/node.ts', './worker.ts', 'node.ts imports worker.ts ("./worker.ts"); they stand beside each other'],
    [
      'src/gateway.ts',
      './node-settings.ts',
      'gateway.ts imports node-settings.ts ("./node-settings.ts"); node-settings.ts is above gateway.ts',
    ],
    [
      'src/hooks/a.ts',
      '../models/index.ts',
      'hooks imports models ("../models/index.ts"); it may import only mapping and problem',
    ],
    [
      'src/store/a.ts',
      '../models/index.ts',
      'store imports models ("../models/index.ts"); it may import only services.ts and problem',
    ],
    [
      'src/store/a.ts',
      '../credentials/seal.ts',
      'store imports credentials ("../credentials/seal.ts"); it may import only services.ts and problem',
    ],
    [
      'src/services.ts',
      './problem/index.ts',
      'services.ts imports problem ("./problem/index.ts"); it may import nothing of src/',
    ],
    [
      'src/nango/index.ts',
      '../problem/index.ts',
      'nango imports problem ("../problem/index.ts"); it may import nothing of src/',
    ],
    [
      'src/provider/senders/fetch.ts',
      '../../mapping/a.ts',
      'provider imports mapping ("../../mapping/a.ts"); mapping is above provider',
    ],
  ])('%s may not import %s', (file, name, fault) => {
    expect(check({ [file]: `import type { A } from '${name}'` })).toEqual([`${file}:1: ${fault}`])
  })

  it('of a folder that has no place yet', () => {
    expect(check({ 'src/cache/a.ts': 'export const a = 1' })).toEqual([
      'src/cache/a.ts:1: has no place in the layers (bin/check/layers.ts)',
    ])
  })
})

it('what stands in comments and texts, and what goes down, is none', () => {
  expect(
    check({
      'src/node.ts': "import './node-settings.ts'\nimport { files } from '../mappings/index.ts'",
      'src/http/a.ts':
        "import { z } from 'zod'\nimport a from '../services.ts'\nexport const b = () => import.meta.url",
      'src/records/b.ts': [
        "// import { a } from '../http/a.ts'",
        "/** `import('../http/a.ts')` */",
        'const text = "import { a } from \'../http/a.ts\'"',
        "const odd = { import: 1, from: '../http/a.ts' }",
        "export const from = (name: string) => odd.import(name, from, '../http/a.ts')",
        "export function carry(from: '../http/a.ts') {}",
      ].join('\n'),
      'src/hooks/c.ts': "import '../mapping/path.ts'\nimport '../problem/index.ts'",
      'src/nango/testing/d.ts': "import type { Action } from 'nango'\nimport '../../actions/trigger.ts'",
    }),
  ).toEqual([])
})

it('a circle of folders is told once, with each import that makes it', () => {
  expect(
    check({
      'src/models/a.ts': "\nimport { b } from '../problem/b.ts'",
      'src/problem/b.ts': "\n\nimport { d } from '../config.ts'",
      'src/config.ts': "import type { A } from './models/a.ts'",
    }),
  ).toEqual([
    'src/config.ts:1: folders import each other in a circle: src/config.ts → src/models → src/problem → src/config.ts ' +
      '(src/config.ts:1, src/models/a.ts:2, src/problem/b.ts:3)',
  ])
})

it('a folder and one inside of it make a circle too', () => {
  expect(
    check({
      'src/http/context.ts': "import type { B } from './middleware/b.ts'",
      'src/http/middleware/b.ts': "import type { C } from '../context.ts'",
    }),
  ).toEqual([
    'src/http/context.ts:1: folders import each other in a circle: src/http → src/http/middleware → src/http ' +
      '(src/http/context.ts:1, src/http/middleware/b.ts:1)',
  ])
})

it('two files of one name are told, but for what every folder may have', () => {
  const one = 'export const a = 1'
  expect(
    check({
      'src/http/records/routes.ts': one,
      'src/http/runs/routes.ts': one,
      'src/http/records/schemas.ts': one,
      'src/http/schemas.ts': one,
      'src/store/index.ts': one,
      'src/models/index.ts': one,
      'src/models/table.ts': one,
      'src/store/table.ts': one,
    }),
  ).toEqual(['src/store/table.ts:1: has the same name as src/models/table.ts'])
})
