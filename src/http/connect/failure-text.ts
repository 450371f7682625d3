import type { ConnectFailure } from './flow.ts'
import { type Markup, markup } from './markup.ts'
import { en } from './words/en.ts'
import type { Say, Words } from './words/index.ts'

const isWord = (word: string): word is keyof Words => Object.hasOwn(en, word)

/** Why an account could not be connected: a sentence of ours where the code has one, and what the provider said. */
export function failureText({ code, detail }: ConnectFailure, say: Say): Markup {
  const word = `failure_${code}`
  return markup`${isWord(word) && markup`<p>${say(word)}</p>`}<p>${detail}</p>`
}
