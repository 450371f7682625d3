import { z } from 'zod'
import { backendActions } from './backend-action.ts'
import { condition } from './condition.ts'
import { describeRequest } from './describe-request.ts'
import { listRequest, select, verbRequest } from './requests.ts'
import { fieldRow } from './rows.ts'

/** A request of a verb, or the name of one in `provider.json`. */
const verb = z.union([z.string(), verbRequest])

/** `mappings/<provider>/<model>.json` */
export const modelFile = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .meta({ description: 'For editors, which complete from it.', examples: ['../mapping.schema.json'] }),
    model: z.string().meta({ description: 'The model, as in the file’s name.', examples: ['contacts'] }),
    object: z
      .string()
      .optional()
      .meta({ description: 'What the provider calls such records: `{object}` in its requests.', examples: ['people'] }),
    select: select.optional().meta({
      description: 'How the provider is told which of its fields to answer; without it `{select}` vanishes.',
      examples: [{ by: 'names', under: 'properties' }],
    }),
    exclude: condition.optional().meta({
      description: 'Records that are left out of lists and are not found by id.',
      examples: [{ deleted_at: '*' }],
    }),
    list: z
      .union([z.string(), listRequest, z.array(z.union([z.string(), listRequest])).min(1)])
      .optional()
      .meta({
        description: 'The request that lists, or several: the first that can carry all that is asked is used.',
        examples: [{ get: '/contacts', query: { limit: '{limit}' }, records: 'data' }, 'list'],
      }),
    get: verb
      .optional()
      .meta({ description: 'The request for one record.', examples: [{ get: '/contacts/{id}', record: 'data' }] }),
    create: verb.optional().meta({
      description: 'The request that makes a record.',
      examples: [{ post: '/contacts', record: 'data' }],
    }),
    update: verb.optional().meta({
      description: 'The request that changes a record.',
      examples: [{ patch: '/contacts/{id}', record: 'data' }],
    }),
    delete: verb.optional().meta({
      description: 'The request that deletes a record.',
      examples: [{ delete: '/contacts/{id}', delete_effect: 'archived' }],
    }),
    describe: z
      .union([z.literal(false), describeRequest.partial()])
      .optional()
      .meta({
        description:
          'The request that tells which fields a customer has of their own, laid over the provider’s; `false` where there is none.',
        examples: [
          {
            get: '/properties/contacts',
            records: 'results',
            name: 'name',
            type: { at: 'type', enum: { number: 'number' } },
            path: 'properties.{name}',
          },
        ],
      }),
    backend_actions: backendActions.optional().meta({
      description: 'For a backend, which of its own actions a verb is; the other verbs go over its proxy.',
      examples: [{ nango: { create: { action: 'create-contact', input: '{record}' } } }],
    }),
    queried_as: z
      .record(z.string(), z.string())
      .optional()
      .meta({
        description: 'Field of ours → its path in filters and sorts, where that is not the path of its row.',
        examples: [{ created_at: 'createdate' }],
      }),
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
    required: z
      .array(z.string())
      .optional()
      .meta({ description: 'Fields of ours that the provider asks for on create.', examples: [['last_name']] }),
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

/** `mappings/<provider>/<model>.evidence.json`: what proves the file. It is never bundled. */
export const evidenceFile = z
  .strictObject({
    $schema: z
      .string()
      .optional()
      .meta({ description: 'For editors, which complete from it.', examples: ['../evidence.schema.json'] }),
    source: z.union([z.string(), z.array(z.string()).min(1)]).meta({
      description: 'What the file was written from: a page, or `evidence/specs/<file>#/pointer`.',
      examples: ['evidence/specs/hubspot/crm-contacts.v3.json#/paths'],
    }),
    recorded: z
      .array(z.string())
      .optional()
      .meta({
        description:
          'Fields of ours that a recorded answer of the provider showed; a test proves it where the evidence is.',
        examples: [['first_name']],
      }),
    ignored: z
      .array(z.string())
      .optional()
      .meta({
        description: 'Paths of theirs that are left unread on purpose; `*` within one key.',
        examples: [['properties.hs_*']],
      }),
  })
  .meta({ id: 'EvidenceFile', description: 'What one model file was written from, and what of it was seen.' })
export type EvidenceFile = z.infer<typeof evidenceFile>
/** What of it is looked at after the check of sources. */
export type Evidence = Partial<Pick<EvidenceFile, 'recorded' | 'ignored'>>
