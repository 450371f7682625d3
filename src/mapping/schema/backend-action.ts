import { z } from 'zod'
import { fieldRow } from './rows.ts'

const path = z.string()

/** One of a backend's own actions that carries out a verb. */
export const backendAction = z
  .strictObject({
    action: z
      .string()
      .min(1)
      .meta({ description: 'The name of the backend’s action.', examples: ['create-contact'] }),
    input: z
      .json()
      .optional()
      .meta({
        description:
          'Its input: a template with `{record}`, `{id}`, `{limit}`, `{cursor}`. A record without a place of its own has its members beside the others.',
        examples: [{ limit: '{limit}', cursor: '{cursor}' }],
      }),
    filters: z
      .record(z.string(), z.record(z.string(), z.json()))
      .optional()
      .meta({
        description:
          'For a list: what each filter adds to the input, with `{value}`. A list asked for with any other filter, or sorted, goes over the requests of the mapping.',
        examples: [{ email: { filter: { email: '{value}' } } }],
      }),
    records: path
      .optional()
      .meta({ description: 'For a list: where the records are in the output.', examples: ['items'] }),
    cursor: path
      .optional()
      .meta({ description: 'For a list: where the output has the next cursor.', examples: ['next_cursor'] }),
    record: path.optional().meta({
      description: 'Where the record is in the output; the whole when left out. Nothing there: it is read back.',
      examples: ['contact'],
    }),
    id: path.optional().meta({ description: 'Where the output has the id, if not in the record.', examples: ['id'] }),
    fields: z
      .record(z.string(), fieldRow)
      .optional()
      .meta({
        description:
          'Rows for the action’s own words, if they are not the provider’s. A field of ours without a row is not there.',
        examples: [{ id: 'id', first_name: 'firstName' }],
      }),
  })
  .meta({ id: 'BackendActionSpec', description: 'An action of a backend that carries out a verb.' })
export type BackendActionSpec = z.infer<typeof backendAction>

/** Backend → verb → action. */
export const backendActions = z.partialRecord(
  z.enum(['nango']),
  z.partialRecord(z.enum(['list', 'get', 'create', 'update', 'delete']), backendAction),
)
