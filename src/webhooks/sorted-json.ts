type Json = string | number | boolean | null | undefined | readonly Json[] | { readonly [name: string]: Json }

const sorted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, member]) => [name, sorted(member)]))
}

/** A value as JSON with the members of all objects in alphabetical order, as the documented action API sends its webhooks. */
export const sortedJson = (value: Json): string => JSON.stringify(sorted(value))
export type { Json }
