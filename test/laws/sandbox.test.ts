import { expect, test } from 'vitest'
import { hasImitation, trySandbox } from './sandbox.ts'
import { products } from './subjects.ts'

const all = products({ overrides: {} }).map(subject => [subject.name, subject] as const)

test.each(all.filter(([name]) => hasImitation(name.split('/')[0]!)))(
  '%s lists, filters, sorts, pages and gets at the imitation of its provider',
  async (name, subject) => expect(await trySandbox(subject, name.split('/')[0]!)).toBeUndefined(),
)
