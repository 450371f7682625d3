import { z } from '@hono/zod-openapi'
import { customTypes } from '../../mapping/schema/describe-request.ts'
import type { Model } from '../../models/index.ts'
import { recordSchema, writeSchema } from '../../models/record-schema.ts'

/** `list` → `List`, for names in the OpenAPI document. */
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** Headers that say for whom a call is, for the document; `onBehalf` reads them, not a schema. */
export const callerHeaders = [
  {
    name: 'connection-id',
    in: 'header' as const,
    required: true,
    description: 'The customer’s connection. With a session token it may be left out: the token names it.',
    schema: { type: 'string' as const, example: 'demo' },
  },
  {
    name: 'provider-config-key',
    in: 'header' as const,
    required: false,
    description: 'The integration; needed only where several have a connection of that id.',
    schema: { type: 'string' as const, example: 'crm' },
  },
]

/** The header `Idempotency-Key`, on creates and triggers. */
export const idempotencyHeader = {
  name: 'idempotency-key',
  in: 'header' as const,
  required: false,
  description: 'The same key with the same body gets the first answer again, for 24 hours.',
  schema: { type: 'string' as const, maxLength: 255, example: 'b0f6d3a2-5d0e-4b57-9a3b-1c9a7d1f6a55' },
}

/** The list of warnings that every answer with records has. */
export const warnings = z
  .array(
    z
      .object({
        record: z.string().optional().openapi({ description: 'Id of the record.' }),
        field: z.string().openapi({ description: 'The field, with dots below it; empty for the whole record.' }),
        code: z.string(),
        detail: z.string(),
        raw: z.unknown().optional().openapi({ description: 'The provider’s value, where it is short.' }),
      })
      .openapi('Warning', {
        description: 'Something about one record that the caller should know; the record is answered all the same.',
        example: {
          record: '1001',
          field: 'created_at',
          code: 'unreadable',
          detail: 'The provider’s value is not of the kind that this field has.',
          raw: 'soon',
        },
      }),
  )
  .readonly()
  .openapi({ description: 'What a caller should know about single records and fields.' })

const explanation = z
  .object({
    requests: z
      .array(
        z.object({
          method: z.string(),
          url: z.string(),
          headers: z.record(z.string(), z.string()),
          body: z.unknown().optional(),
          status: z.int().nullable(),
          ms: z.number(),
        }),
      )
      .readonly()
      .openapi({ description: 'The requests that the provider was sent, without what signed them.' }),
    fields: z
      .record(z.string(), z.object({ file: z.string(), pointer: z.string(), paths: z.array(z.string()).readonly() }))
      .openapi({ description: 'Where each field came from: mapping file, place in it, the provider’s paths.' }),
  })
  .openapi('Explanation', {
    description: 'What was sent and where each field came from; with `explain=true`.',
    example: {
      requests: [
        {
          method: 'GET',
          url: 'https://api.example.com/contacts/1001',
          headers: { accept: 'application/json' },
          status: 200,
          ms: 41,
        },
      ],
      fields: {
        first_name: { file: 'mappings/example/contacts.json', pointer: '/fields/first_name', paths: ['first'] },
      },
    },
  })
  .optional()

/** The path of one record. */
export const params = z.object({
  id: z.string().min(1).max(1_000).openapi({ description: 'The provider’s id.', example: '1001' }),
})

/** The bodies of a model's routes: what a write takes, and what one record and a page of them are answered as. */
export function recordSchemas(model: Model) {
  const record = recordSchema(model)
  return {
    input: writeSchema(model),
    one: z.object({ data: record, warnings, explain: explanation }).openapi(`${capital(model.singular)}Answer`),
    list: z
      .object({
        data: z.array(record),
        next_cursor: z
          .string()
          .nullable()
          .openapi({ description: 'Asks for the next page; null on the last.', example: null }),
        warnings,
        explain: explanation,
      })
      .openapi(`${capital(model.singular)}List`),
  }
}

const option = z.object({ value: z.string(), label: z.string() })
/** The answer of `GET /{model}/fields`. */
export const fieldsAnswer = z
  .object({
    data: z.object({
      fields: z
        .array(
          z.object({
            name: z.string(),
            type: z.enum(['text', 'number', 'boolean', 'instant', 'date', 'list', 'map', 'rows']),
            about: z.string(),
            options: z.array(z.string()).readonly().optional(),
            read: z.boolean(),
            create: z.boolean(),
            update: z.boolean(),
            required: z.boolean().openapi({ description: 'Whether the provider asks for it on create.' }),
            absent: z.string().optional().openapi({ description: 'Why the provider has it not.' }),
          }),
        )
        .readonly()
        .openapi({ description: 'The fields of the model, as this connection has them.' }),
      custom_fields: z
        .array(
          z.object({
            name: z.string(),
            label: z.string(),
            type: z.enum(customTypes),
            options: z.array(option).readonly().optional(),
            read_only: z.boolean(),
            path: z.string().openapi({ description: 'What to write into `field_mappings`.' }),
            mapped_as: z.string().nullable().openapi({ description: 'The field that maps it already.' }),
          }),
        )
        .readonly()
        .openapi({ description: 'The customer’s own fields, as the provider describes them.' }),
    }),
    warnings,
  })
  .openapi('FieldsAnswer', {
    example: {
      data: {
        fields: [
          {
            name: 'first_name',
            type: 'text',
            about: 'Given name.',
            read: true,
            create: true,
            update: true,
            required: false,
          },
        ],
        custom_fields: [
          {
            name: 'tier',
            label: 'Tier',
            type: 'select',
            options: [{ value: 'gold', label: 'Gold' }],
            read_only: false,
            path: 'properties.tier',
            mapped_as: 'custom_fields.tier',
          },
        ],
      },
      warnings: [],
    },
  })
