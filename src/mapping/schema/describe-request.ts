import { z } from 'zod'
import { condition } from './condition.ts'
import { listRequest } from './requests.ts'

const path = z.string()

/** Our types of a customer's own field. */
export const customTypes = [
  'text',
  'number',
  'boolean',
  'date',
  'instant',
  'select',
  'multiselect',
  'reference',
  'other',
] as const
export type CustomType = (typeof customTypes)[number]

const { get, post, query, headers, body, records, page, max } = listRequest.shape

/** The call that says which fields of its own a customer has. */
export const describeRequest = z
  .strictObject({
    get,
    post,
    query,
    headers,
    body,
    records,
    page,
    max,
    when: condition.optional().meta({
      description: 'Only elements that hold this are the customer’s own fields.',
      examples: [{ custom: true }],
    }),
    unless: condition.optional().meta({
      description: 'Elements that hold this are the provider’s, not the customer’s.',
      examples: [{ hubspotDefined: true }],
    }),
    read_only: condition
      .optional()
      .meta({ description: 'Fields that cannot be written.', examples: [{ calculated: true }] }),
    name: path.meta({ description: 'Where an element has the field’s name.', examples: ['name'] }),
    label: path.optional().meta({ description: 'Where it has the name for people.', examples: ['label'] }),
    type: z
      .strictObject({
        at: path.meta({ description: 'Where an element has its type.', examples: ['type'] }),
        enum: z
          .partialRecord(z.enum(customTypes), z.union([z.string(), z.array(z.string()).min(1)]))
          .meta({ description: 'Our types → theirs.', examples: [{ select: ['picklist', 'radio'] }] }),
      })
      .meta({
        description: 'Where it has its type, and ours → theirs; what is not listed is `other`.',
        examples: [{ at: 'type', enum: { select: ['picklist'] } }],
      }),
    options: z
      .strictObject({
        each: path.meta({ description: 'The list of them in an element.', examples: ['options'] }),
        value: path.meta({ description: 'Where one has its value.', examples: ['value'] }),
        label: path.optional().meta({ description: 'Where one has its name for people.', examples: ['label'] }),
      })
      .optional()
      .meta({
        description: 'Where it has the values to choose from.',
        examples: [{ each: 'options', value: 'value', label: 'label' }],
      }),
    path: z.union([z.string(), z.record(z.string(), z.string())]).meta({
      description:
        'The path of the field in a record, with `{name}`: one for all, or by our type with `*` for the rest.',
      examples: ['properties.{name}', { select: 'values.{name}.0.option.title', '*': 'values.{name}.0.value' }],
    }),
  })
  .meta({ id: 'Describe', description: 'The call that names the customer’s own fields, for `GET /{model}/fields`.' })
export type DescribeRequest = z.infer<typeof describeRequest>
