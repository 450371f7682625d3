/**
 * Ids of providers that are also words which code has reasons of its own to write: an English word, the name of a
 * member, a kind of website. `provider-ids.ts` objects to such a text only where it is used as a provider's id. A new
 * provider of that kind is added here, and reviewed like code: for every other id no text at all is allowed.
 */
export const commonWords: ReadonlySet<string> = new Set([
  'box',
  'close',
  'copper',
  'drift',
  'front',
  'linear',
  'linkedin',
  'monday',
  'notion',
  'openai',
  'segment',
  'square',
  'zoom',
])
