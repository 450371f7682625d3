import { createConfig, lintFromString } from '@redocly/openapi-core'
import { expect, test } from 'vitest'
import { text } from './document.ts'

const faultsOf = async (source: string): Promise<string[]> => {
  const config = await createConfig({ extends: ['recommended'] })
  const found = await lintFromString({ source, config })
  return found.map(({ severity, ruleId, message, location }) => {
    return `${severity} ${ruleId} at ${location[0]?.pointer}: ${message}`
  })
}

test('Redocly’s recommended rules have nothing against the document', async () => {
  expect(await faultsOf(text)).toEqual([])
})

test('the linter finds a fault that is planted', async () => {
  const found = await faultsOf(text.replace('"operationId": "listContacts"', '"operationId": "getContact"'))
  expect(found).toContainEqual(expect.stringContaining('operation-operationId-unique'))
})
