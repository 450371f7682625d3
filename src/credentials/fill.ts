import { Buffer } from 'node:buffer'

/** Text as base64, of its UTF-8 bytes. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64')

/** `{name}` or `{name:base64}`, where a name may be `field.client_id`. */
const PLACEHOLDER = /\{([a-z_]+(?:\.[A-Za-z0-9_-]+)?)(:base64)?\}/g

/** What stands for the placeholders of a way to sign in, by their names. */
export type Values = Readonly<Record<string, string | undefined>>

/**
 * A text of `auth` with its placeholders filled: a value as it is, or its base64. One without a value is empty, as the
 * check of `provider.json` lets none stand that nothing fills.
 */
export const fill = (text: string, values: Values): string =>
  text.replace(PLACEHOLDER, (_, name: string, encoded?: string) => {
    const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? ''
    return encoded === undefined ? value : base64(value)
  })

/** The same for each text of a record. */
export const fillAll = (texts: Readonly<Record<string, string>> | undefined, values: Values): Record<string, string> =>
  Object.fromEntries(Object.entries(texts ?? {}).map(([name, text]) => [name, fill(text, values)]))

/** What a customer filled in, under the names by which texts call it. */
export const fieldValues = (fields: Readonly<Record<string, string>>): Values =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [`field.${name}`, value]))
