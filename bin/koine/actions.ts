import { parseArgs } from 'node:util'
import { files } from '../../mappings/index.ts'
import { type DescribedAction, describeAction } from '../../src/actions/describe-action.ts'
import { listActions } from '../../src/actions/registry.ts'
import { openCatalogue } from '../../src/mapping/catalogue.ts'
import { nearest } from '../../src/mapping/report.ts'
import { type Command, CommandFault } from './command.ts'

interface Property {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Property[]
}

/** What a member may be: `string | null`, `"open" | "won"`. */
function typeOf({ type, enum: values, const: value, anyOf }: Property): string {
  if (anyOf) return [...new Set(anyOf.map(typeOf))].join(' | ')
  if (values) return values.map(one => JSON.stringify(one)).join(' | ')
  return value === undefined ? [type ?? 'any'].flat().join(' | ') : JSON.stringify(value)
}

/** A member of an input in a line: its type, whether it must be there, and what it is. */
function memberOf(name: string, property: Property, isRequired: boolean): string {
  const type = typeOf(property)
  const about = property.description ? `  ${property.description}` : ''
  return `      ${isRequired ? '' : '['}${name}${isRequired ? '' : ']'}: ${type}${about}`
}

function linesOf({ name, description, input }: DescribedAction): string[] {
  const schema = (input?.schema ?? {}) as {
    properties?: Record<string, Property>
    required?: string[]
    anyOf?: { properties?: Record<string, Property>; required?: string[] }[]
  }
  const { properties = {}, required = [] } = schema.properties ? schema : (schema.anyOf?.find(s => s.properties) ?? {})
  const members = Object.entries(properties).map(([member, property]) =>
    memberOf(member, property, required.includes(member)),
  )
  const kind = input && members.length === 0 ? [`      any input: ${JSON.stringify(input.schema)}`] : members
  return [`  ${name}`, `    ${description}`, ...(input ? kind : ['      no input'])]
}

/** Lists what can be triggered. */
export const actions: Command = {
  usage: 'actions [provider] [--json]',
  about: 'Lists every action with its description and input.',
  more: ['Members in brackets may be left out. --json prints the whole JSON Schemas of input and output.'],
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    })
    const catalogue = openCatalogue(files, Date.now)
    const [only] = positionals
    if (only !== undefined && !catalogue.providers.includes(only))
      throw new CommandFault(`There is no provider "${only}"; ${nearest(only, catalogue.providers)}`)
    const all: Record<string, DescribedAction[]> = {}
    for (const provider of only === undefined ? catalogue.providers : [only])
      all[provider] = (await listActions(catalogue, provider)).map(({ name, found }) => describeAction(name, found))
    if (values.json) console.log(JSON.stringify(all, null, 2))
    else
      for (const [provider, described] of Object.entries(all))
        console.log([provider, ...described.flatMap(linesOf), ''].join('\n'))
    return 0
  },
}
