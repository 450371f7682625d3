import { z } from 'zod'
import { fixtureFile } from '../../src/mapping/schema/fixture.ts'
import { evidenceFile, modelFile, providerFile } from '../../src/mapping/schema/index.ts'
import { type Output, pretty } from './output.ts'

// Draft 7 is the latest that editors complete from without gaps.
const schemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { target: 'draft-7', io: 'input' })

/** The JSON Schemas that files under `mappings/` name in `$schema`, so that any editor completes and checks them. */
export const mappingSchemas = (): Output[] => [
  { file: 'mappings/provider.schema.json', content: pretty(schemaOf(providerFile)) },
  { file: 'mappings/mapping.schema.json', content: pretty(schemaOf(modelFile)) },
  { file: 'mappings/evidence.schema.json', content: pretty(schemaOf(evidenceFile)) },
  { file: 'mappings/fixture.schema.json', content: pretty(schemaOf(fixtureFile)) },
]
