import { z } from 'zod'

/** Members of JSON by name: templates. */
export const jsonObject = z.record(z.string(), z.json())
/** What is put among the filters of a request, or where its order stands. */
export const clause = z.union([z.string(), jsonObject])
/** Query parameters that a filter or sort adds to a request. */
export const addedQuery = (example: Readonly<Record<string, string>>) =>
  jsonObject.optional().meta({ description: 'Query parameters it adds.', examples: [example] })
/** Headers that a filter or sort adds to a request. */
export const addedHeaders = z
  .record(z.string(), z.string())
  .optional()
  .meta({ description: 'Headers it adds.', examples: [{ 'if-modified-since': '{value}' }] })
