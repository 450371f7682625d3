import { expect, test } from 'vitest'
import { staleOutputs } from '../../bin/generate/outputs.ts'
import { staleReference } from '../../bin/generate/reference.ts'

test('every generated file is what `npm run generate` would write', async () => {
  expect((await staleOutputs()).map(({ file }) => file)).toEqual([])
})

test('the script of the reference page is the pinned one', async () => {
  expect(await staleReference()).toEqual([])
})
