import { Ajv2020 } from 'ajv/dist/2020.js'

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const DAY = /^\d{4}-\d\d-\d\d$/

/** A validator for the schemas of an OpenAPI 3.1 document, with the formats that ours name. */
export const validator = (): Ajv2020 =>
  new Ajv2020({
    // The document has keywords of OpenAPI in its schemas (`example`, `discriminator`).
    strict: false,
    allErrors: true,
    formats: {
      'date-time': text => INSTANT.test(text) && !Number.isNaN(Date.parse(text)),
      date: text => DAY.test(text) && new Date(text).toISOString().startsWith(text),
      uri: text => URL.canParse(text),
      email: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
      uuid: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    },
  })
