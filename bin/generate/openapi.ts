import { documentOf } from '../../src/http/docs/document.ts'
import { coverageByModel } from './coverage.ts'
import { inertApp } from './inert-app.ts'
import { type Output, pretty } from './output.ts'

/** `openapi/openapi.json`, from the routes and the mappings. */
export const openapi = (): Output => ({
  file: 'openapi/openapi.json',
  content: pretty(documentOf(inertApp(), coverageByModel())),
})
