import { down } from '../../problem/pointer.ts'
import { isOwnHost } from '../../provider/destination.ts'
import { nearest, type Report } from '../report.ts'
import { methodOf, type RequestSpec } from '../request.ts'
import type { ProviderFile } from '../schema/index.ts'
import { texts } from './texts.ts'

const CONNECTION = /\{connection\.([^}:]+)(?::[a-z]+)?\}/g
/** More combinations of answers than this are not tried one by one. */
const COMBINATIONS = 500

/** Names of all that a connection may keep: answers to questions, and what sign-in brings. */
function keptNames({ connection_config, auth, after_sign_in }: ProviderFile): string[] {
  return [
    connection_config,
    auth.oauth2?.capture,
    auth.oauth2?.redirect,
    auth.client_credentials?.capture,
    auth.two_step?.capture,
    auth.jwt?.capture,
    auth.app?.capture,
    after_sign_in?.choose,
  ].flatMap(kept => Object.keys(kept ?? {}))
}

/** Every host that an address can be on, a word in the place of an answer that may be any. */
function hostsOf(host: string, { connection_config = {} }: ProviderFile): string[] {
  let all = [host]
  for (const [placeholder, name = ''] of host.matchAll(CONNECTION)) {
    const answers = connection_config[name]?.one_of ?? ['any']
    all = all.flatMap(one => answers.map(answer => one.replaceAll(placeholder, answer)))
    if (all.length > COMBINATIONS) return []
  }
  return all
}

/** Reports an address that is not https on one of the provider's hosts, as far as that can be told from its text. */
export function checkAddress(address: string, provider: ProviderFile, pointer: string, report: Report): void {
  const origin = /^\{connection\.([^}]+)\}/.exec(address)?.[1]
  if (origin !== undefined) {
    const question = provider.connection_config?.[origin]
    if (!question && keptNames(provider).includes(origin))
      report(pointer, `"{connection.${origin}}" is a whole address here: ask for it, as type "origin"`)
    if (question && question.type !== 'origin')
      report(pointer, `"{connection.${origin}}" is a whole address here: its question needs the type "origin"`)
    return
  }
  const host = /^https:\/\/([^/]*)/.exec(address)?.[1]
  if (host === undefined) return report(pointer, `"${address}" is no https address`)
  for (const [placeholder, name = ''] of host.matchAll(CONNECTION)) {
    const question = provider.connection_config?.[name]
    if (!question) {
      // What nothing brings at all is told once, as that.
      if (keptNames(provider).includes(name))
        report(pointer, `${placeholder} is a part of a host: ask for it, as type "host-part"`)
    } else if (!question.one_of && question.type !== 'host-part')
      report(pointer, `${placeholder} is a part of a host: its question needs the type "host-part", or \`one_of\``)
  }
  const strange = hostsOf(host, provider).find(one => !isOwnHost(one, provider.hosts))
  if (strange !== undefined)
    report(pointer, `"${strange.replace('any', '…')}" is not on \`hosts\`; ${nearest(strange, provider.hosts)}`)
}

/** Reports each `{connection.x}` in a file that no question asks for and no sign-in brings. */
export function checkAnswers(file: unknown, provider: ProviderFile, report: Report): void {
  const names = keptNames(provider)
  texts(file, '', (text, pointer) => {
    for (const [placeholder, path = ''] of text.matchAll(CONNECTION)) {
      const [name = ''] = path.split('.')
      if (!names.includes(name))
        report(pointer, `${placeholder}: nothing asks for "${name}" or brings it; ${nearest(name, names)}`)
    }
  })
}

/** The path of a request begins with `/`, or is an address of its own on one of the provider's hosts. */
export function checkRequestAddress(spec: RequestSpec, provider: ProviderFile, pointer: string, report: Report): void {
  const method = methodOf(spec)
  if (method === undefined) return
  const path = spec[method]!
  if (path.startsWith('https://') || path.startsWith('{connection.'))
    return checkAddress(path, provider, down(pointer, method), report)
  if (!path.startsWith('/')) report(down(pointer, method), `"${path}" needs a "/" before it: it is put after \`base\``)
}

/** Reports what is wrong with the addresses in `provider.json`. */
export function checkBase(provider: ProviderFile, report: Report): void {
  if (provider.base.endsWith('/')) report('/base', 'ends in "/": the paths that are put after it begin with one')
  checkAddress(provider.base, provider, '/base', report)
  checkAnswers(provider, provider, report)
}
