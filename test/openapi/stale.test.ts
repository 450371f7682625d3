import { expect, test } from 'vitest'
import { staleOutputs } from '../../bin/emit/outputs.ts'
import { staleReference } from '../../bin/emit/reference.ts'

test('every emitted file is what `npm run emit` would write', async () => {
  expect((await staleOutputs()).map(({ file }) => file)).toEqual([])
})

test('the script of the reference page is the pinned one', async () => {
  expect(await staleReference()).toEqual([])
})
