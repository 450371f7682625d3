import { z } from 'zod'

const statuses = (description: string, example: number[]) =>
  z
    .array(z.number().int().min(100).max(599))
    .optional()
    .meta({ description, examples: [example] })

/** The cheap call by which credentials are tried. */
export const verify = z
  .strictObject({
    get: z
      .string()
      .optional()
      .meta({ description: 'The path, or the whole address, that is asked.', examples: ['/v2/self'] }),
    post: z
      .string()
      .optional()
      .meta({ description: 'The same, by a POST.', examples: ['/graphql'] }),
    body: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'The body of a POST.', examples: [{ query: '{viewer{id}}' }] }),
    headers: z
      .record(z.string(), z.string())
      .optional()
      .meta({ description: 'Further headers.', examples: [{ accept: 'application/json' }] }),
    success: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .meta({
        description:
          'Path → value that a successful answer has there; `*` is any value but null. Where one does not hold, the credentials are refused. Any answer of 200 to 299 will do without it.',
        examples: [{ active: true }, { 'user.id': '*' }],
      }),
    valid: statuses('Further statuses that show valid credentials, such as 403 for a key with few rights.', [403]),
    refused: statuses('Statuses that refuse the credentials; 401 and 403 when left out.', [401]),
  })
  .meta({
    id: 'Verify',
    description:
      'The cheap call by which credentials are tried when a connection is made. Only what it declares refuses them: no answer, and any other status, keep the connection with a warning.',
  })
