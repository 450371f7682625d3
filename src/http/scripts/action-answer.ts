import type { z } from '@hono/zod-openapi'
import type { DescribedAction } from '../../actions/describe-action.ts'
import type { actionFunction, script, tool } from './schemas.ts'

/** An action as a list of functions has it, with the schemas of its input and output. */
export function functionOf({
  name,
  description,
  scopes,
  input,
  output,
}: DescribedAction): z.output<typeof actionFunction> {
  const definitions = [input, output].flatMap(one => (one ? [[one.name, { ...one.schema }]] : []))
  return {
    name,
    type: 'action',
    description,
    scopes,
    ...(input && { input: input.name }),
    returns: output ? [output.name] : [],
    json_schema: { definitions: Object.fromEntries(definitions) },
    enabled: true,
  }
}
/** An action as `GET /scripts/config` has it; what Koine has no counterpart for is null or empty. */
export const scriptOf = (action: DescribedAction): z.output<typeof script> => ({
  ...functionOf(action),
  version: action.version,
  runs: null,
  endpoints: [],
  features: [],
  sdk_version: null,
  last_deployed: null,
})

type Member = Readonly<Record<string, unknown>>
/**
 * An action as a tool of a language model, in a list of one; an empty list where the input is no object, which a tool
 * needs.
 */
export function toolsOf({ name, description, input }: DescribedAction): z.output<typeof tool>[] {
  const given = (input?.schema ?? { type: 'object' }) as Member
  // The schema of an input that may be left out is a union: the object, or null.
  const object = [given, ...((given.anyOf as Member[] | undefined) ?? [])].find(({ type }) => type === 'object')
  if (!object) return []
  const { properties = {}, required = [], ...rest } = object as Partial<z.output<typeof tool>['parameters']>
  return [{ name, description, parameters: { ...rest, type: 'object', properties, required } }]
}
