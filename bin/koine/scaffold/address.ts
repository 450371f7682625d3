// Where a provider's paths begin, and what a connection is asked before they do.
import { isObject } from '../../../src/mapping/path.ts'
import type { ProviderFile } from '../../../src/mapping/schema/index.ts'
import { connectionName } from './requests.ts'
import { dereference, type Specification } from './specification.ts'

export type Questions = NonNullable<ProviderFile['connection_config']>
export interface Address {
  readonly base: string
  readonly hosts: string[]
  readonly questions: Questions
  /** Whether the specification names a server. */
  readonly isKnown: boolean
}
/** The longest description that people can be asked with. */
const SHORT = 60

/** `acme_domain` as people are asked for it: `Acme domain`. */
export const labelOf = (name: string): string => {
  const words = name.replaceAll(/[_-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** The host of an address; a question at its beginning is any label. */
const hostsOf = (base: string): string[] => [
  base
    .replace(/^https:\/\//, '')
    .split('/')[0]!
    .replace(/^\{[^}]*\}(?=\.)/, '*'),
]

/** Where the paths of a provider begin; a variable of its server is asked when a connection is made. */
export function findAddress(id: string, specs: readonly Specification[]): Address {
  const servers = specs.flatMap(({ document }) => (Array.isArray(document.servers) ? document.servers : []))
  const server = servers.filter(isObject).find(({ url }) => typeof url === 'string' && url.startsWith('https://'))
  const questions: Questions = {}
  if (!server) {
    const base = `https://api.${id}.example`
    return { base, hosts: hostsOf(base), questions, isKnown: false }
  }
  const variables = isObject(server.variables) ? server.variables : {}
  const ask = (variable: string, isHost: boolean): string => {
    const name = connectionName(variable)
    const { description, enum: values } = dereference({}, variables[variable])
    const isLabel = typeof description === 'string' && description.length < SHORT
    const label = isLabel ? description.replace(/\.$/, '') : labelOf(name)
    const one_of = Array.isArray(values) ? values.map(String) : []
    questions[name] = { label, ...(one_of.length > 0 ? { one_of } : { type: isHost ? 'host-part' : 'word' }) }
    return `{connection.${name}}`
  }
  const [, host = '', path = ''] = /^https:\/\/([^/]*)(.*?)\/*$/.exec(String(server.url)) ?? []
  const asked = host.replace(/\{([^}]*)\}/g, (_, variable: string) => ask(variable, true))
  // `your-domain.example.com` stands for a name that each customer has.
  const named = asked.replace(/^(?:your|my)[a-z-]*(?=\.[^.]+\.)/, () => ask('domain', true))
  const base = `https://${named}${path.replace(/\{([^}]*)\}/g, (_, variable: string) => ask(variable, false))}`
  return { base, hosts: hostsOf(base), questions, isKnown: true }
}

/** An answer to a question, as fixtures have it. */
export const exampleAnswer = ({ one_of, type }: Questions[string]): string =>
  one_of?.[0] ?? (type === 'host-part' ? 'acme' : 'acme-1')
