import { z } from 'zod'
import { describeRequest } from './describe.ts'
import { condition, listRequest, select, verbRequest } from './request.ts'
import { fieldRow } from './row.ts'

/** `mappings/<provider>/<model>.json` */
export const modelFile = z
  .strictObject({
    $schema: z.string().optional(),
    model: z.string().meta({ description: 'The model, as in the file’s name.', examples: ['contacts'] }),
    source: z.union([z.string(), z.array(z.string()).min(1)]).meta({
      description: 'What the file was written from: a page, or `evidence/specs/<file>#/pointer`.',
      examples: ['evidence/specs/hubspot/crm-contacts.v3.json#/paths'],
    }),
    select: select.optional(),
    skip: condition.optional().meta({
      description: 'Records that are left out of lists and are not found by id.',
      examples: [{ deleted: true }],
    }),
    list: z.union([listRequest, z.array(listRequest).min(1)]).optional(),
    get: verbRequest.optional(),
    create: verbRequest.optional(),
    update: verbRequest.optional(),
    delete: verbRequest.optional(),
    describe: describeRequest.optional(),
    fields: z.record(z.string(), fieldRow).meta({
      description: 'Field of ours → where it stands at the provider.',
      examples: [{ title: 'properties.jobtitle' }],
    }),
    absent: z
      .record(z.string(), z.string().min(1))
      .optional()
      .meta({
        description: 'Field of ours → why the provider has it not.',
        examples: [{ tags: 'contacts are not tagged' }],
      }),
    ignored: z
      .array(z.string())
      .optional()
      .meta({
        description: 'Paths of theirs that are left unread on purpose; `*` within one key.',
        examples: [['properties.hs_*']],
      }),
    required: z
      .array(z.string())
      .optional()
      .meta({ description: 'Fields of ours that the provider asks for on create.', examples: [['last_name']] }),
    recorded: z
      .array(z.string())
      .optional()
      .meta({
        description:
          'Fields of ours that a recorded answer of the provider showed; a test proves it where the evidence is.',
        examples: [['first_name']],
      }),
    notes: z
      .array(z.string())
      .optional()
      .meta({
        description: 'What a caller should know, for coverage and the documentation.',
        examples: [['Delete archives; restorable for 90 days.']],
      }),
  })
  .meta({ id: 'ModelFile', description: 'How one provider’s records of one model are ours.' })
export type ModelFile = z.infer<typeof modelFile>
