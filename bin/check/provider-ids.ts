import type { Source } from './sources.ts'
import { closingOf, openingOf, type Token } from './tokens.ts'

const isMark = (token: Token | undefined, ...texts: string[]): boolean =>
  token?.type === 'mark' && texts.includes(token.text)
/** Whether a name says that it holds a provider's id: `provider`, `providerId`, `providers`, `providerOf`. */
const isProviderWord = (token: Token | undefined): boolean =>
  token?.type === 'word' && /provider(s|_?ids?|_?name|of)?$/i.test(token.text)

/** Whether the expression that ends at `i` is about a provider: `integration.provider`, `providerOf(connection)`. */
function endsWithProvider(tokens: readonly Token[], i: number): boolean {
  if (isMark(tokens[i], ')', ']')) return endsWithProvider(tokens, openingOf(tokens, i) - 1)
  return isProviderWord(tokens[i])
}

/** Whether the expression that begins at `i` is: the members of one chain, `connection.integration.provider`. */
function beginsWithProvider(tokens: readonly Token[], i: number): boolean {
  for (let at = i; tokens[at]?.type === 'word'; at += 2) {
    if (isProviderWord(tokens[at])) return true
    if (!isMark(tokens[at + 1], '.', '?.')) return false
  }
  return false
}

/** Whether a function of a provider, or of the catalogue of providers, is called by what ends at `i`. */
function calleeIsProvider(tokens: readonly Token[], i: number): boolean {
  for (let at = i; tokens[at]?.type === 'word'; at -= 2) {
    if (isProviderWord(tokens[at]) || tokens[at]!.text === 'catalogue') return true
    if (!isMark(tokens[at - 1], '.', '?.')) return false
  }
  return false
}

/** Whether the `switch` around `i` is over a provider. */
function isInProviderSwitch(tokens: readonly Token[], i: number): boolean {
  let depth = 0
  for (let at = i; at >= 0; at--) {
    if (isMark(tokens[at], '}')) depth++
    if (!isMark(tokens[at], '{') || depth-- > 0) continue
    depth = 0
    const open = isMark(tokens[at - 1], ')') ? openingOf(tokens, at - 1) : -1
    if (open > 0 && tokens[open - 1]?.text === 'switch') return tokens.slice(open, at).some(isProviderWord)
  }
  return false
}

/** Whether the list around `i` is asked whether it has a provider: `['close', 'front'].includes(provider)`. */
function isInProviderList(tokens: readonly Token[], i: number): boolean {
  let depth = 0
  for (let at = i; at < tokens.length; at++) {
    if (isMark(tokens[at], '[', '(', '{')) depth++
    if (!isMark(tokens[at], ']', ')', '}') || depth-- > 0) continue
    if (!isMark(tokens[at], ']') || !/^(includes|indexOf)$/.test(tokens[at + 2]?.text ?? '')) return false
    return tokens.slice(at + 3, closingOf(tokens, at + 3)).some(isProviderWord)
  }
  return false
}

/** Whether a text stands where a provider's id does, as far as the words around it tell. */
function isUsedAsId(tokens: readonly Token[], i: number): boolean {
  const [before, after] = [tokens[i - 1], tokens[i + 1]]
  if (isMark(before, '==', '===', '!=', '!==')) return endsWithProvider(tokens, i - 2)
  if (isMark(after, '==', '===', '!=', '!==')) return beginsWithProvider(tokens, i + 2)
  if (before?.type === 'word' && before.text === 'case') return isInProviderSwitch(tokens, i)
  if (isMark(before, '(')) return calleeIsProvider(tokens, i - 2)
  if (isMark(before, '[') && isMark(after, ']') && endsWithProvider(tokens, i - 2)) return true
  if (isMark(before, ':', '=', '??', '||')) return endsWithProvider(tokens, i - 2)
  return isMark(before, '[', ',') && isInProviderList(tokens, i)
}

/**
 * Ids of providers in the code below `src/`: a provider is data, and code that knows one by name would treat it as no
 * other. Any text, member or name that is an id is a fault; of an id in `commonWords` only a text that is used as one.
 */
export function providerIdFaults(
  sources: readonly Source[],
  ids: readonly string[],
  commonWords: ReadonlySet<string>,
): string[] {
  const known = new Set(ids)
  return sources.flatMap(({ path, tokens }) =>
    tokens.flatMap((token, i) => {
      if (!known.has(token.text) || !(token.type === 'text' || token.type === 'word')) return []
      const isFault = !commonWords.has(token.text) || (token.type === 'text' && isUsedAsId(tokens, i))
      return isFault ? [`${path}:${token.line}: "${token.text}" is a provider's id; a provider is data`] : []
    }),
  )
}
