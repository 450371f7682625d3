import { z } from 'zod'

const seconds = (fallback: number) =>
  z
    .string()
    .regex(/^\d+(\.\d+)?$/, 'a number of seconds')
    .transform(Number)
    .prefault(String(fallback))
const whole = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'a whole number')
    .transform(Number)
    .prefault(String(fallback))

/**
 * Every setting, once: the environment is read and checked by this schema, and the README's table is made from it. A
 * variable may also be given as `<NAME>_FILE`, the path of a file that holds it (Node only).
 */
export const settings = z.object({
  KOINE_MASTER_KEY: z
    .string()
    .min(1)
    .describe(
      'Seals secrets at rest: base64 of 32 bytes, or `id:base64,id:base64`, where the first seals and all open. Made once under `KOINE_DATA` when missing (Node, not in production)',
    ),
  KOINE_SECRET_KEY: z
    .string()
    .min(8, 'at least 8 characters')
    .describe(
      'The first API key of the environment `dev`, with all scopes. Made once under `KOINE_DATA` when missing (Node, not in production)',
    ),
  KOINE_DATA: z
    .string()
    .min(1)
    .prefault('.koine')
    .describe('Directory of the SQLite databases and of keys made here (Node)'),
  KOINE_DURABILITY: z
    .enum(['normal', 'full'])
    .prefault('normal')
    .describe(
      '`full` writes through to the disk before a change is answered, so that a loss of power undoes none. `normal` may lose the last ones, and is quicker (Node)',
    ),
  HOST: z.string().min(1).prefault('127.0.0.1').describe('Address to listen on (Node)'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port')
    .transform(Number)
    .prefault('8787')
    .describe('Port to listen on (Node)'),
  KOINE_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'an address such as https://koine.example.com' })
    .refine(text => new URL(text).pathname === '/' && !/[?#@]/.test(text), 'an origin, without a path')
    .transform(text => new URL(text).origin)
    .optional()
    .describe(
      'Origin under which people reach the gateway, for links to its pages and the address that sign-in comes back to; the address of the request if unset, which behind a proxy is not the one that people see',
    ),
  KOINE_ALLOW_PRIVATE_HOSTS: z
    .enum(['0', '1'])
    .prefault('0')
    .transform(v => v === '1')
    .describe('`1` lets outbound calls reach private and local addresses, over http too. For development only'),
  KOINE_RATE_LIMIT: whole(300_000).describe(
    'Requests a minute for each API key, counted in each process; `0` is no limit',
  ),
  KOINE_ENVIRONMENT_QUOTA: whole(1_073_741_824).describe(
    'Bytes that an environment may keep: connections with their metadata, integrations, variables, keys, connect sessions, and idempotent answers for their day; `0` is no limit',
  ),
  KOINE_BODY_LIMIT: whole(10_485_760).describe('Largest request body, in bytes'),
  KOINE_ANSWER_LIMIT: whole(20_971_520).describe(
    'Largest response that is read from a provider, in bytes after decompression',
  ),
  KOINE_PROVIDER_TIMEOUT: seconds(30).describe('Seconds that one call to a provider may take in all'),
})

/** Settings as the code reads them. */
export type Config = z.output<typeof settings>

/** Different characters that a secret key must have in production, and different bytes that a master key must have. */
const DIFFERENT_CHARACTERS = 8
/** Of 32 random bytes fewer differ in none of 10^15 keys. */
const DIFFERENT_BYTES = 16
/** Characters of the shortest secret key in production. */
const SHORTEST = 20

/** What is wrong with keys that somebody could guess, one sentence a variable: fine to try something out with. */
function faultsOfWeakKeys({ KOINE_MASTER_KEY: master, KOINE_SECRET_KEY: secret }: Config): string[] {
  const faults: string[] = []
  const bytesOf = (entry: string) => atob((entry.split(':').at(-1) ?? '').trim().replace(/-/g, '+').replace(/_/g, '/'))
  try {
    if (master.split(',').some(entry => new Set(bytesOf(entry)).size < DIFFERENT_BYTES))
      faults.push('KOINE_MASTER_KEY: no random key; make one with `openssl rand -base64 32`')
  } catch {
    // It is no base64, which is said where it is used.
  }
  if (secret.length < SHORTEST || new Set(secret).size < DIFFERENT_CHARACTERS)
    faults.push(
      `KOINE_SECRET_KEY: too easy to guess; at least ${SHORTEST} characters in production, such as \`openssl rand -hex 32\` prints`,
    )
  return faults
}

/**
 * Reads the settings from an environment. Answers the settings, or a list of what is wrong, one sentence a variable:
 * missing, unreadable, or a `KOINE_*` name that does not exist; in production also a key that could be guessed.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  { production = false } = {},
): { ok: true; config: Config } | { ok: false; faults: string[] } {
  const known = new Set(Object.keys(settings.shape))
  const unknown = Object.keys(environment).filter(
    name => name.startsWith('KOINE_') && environment[name] !== undefined && !known.has(name),
  )
  // An empty variable is an unset one: `PORT=` in a compose file means nothing.
  const given = Object.fromEntries(Object.entries(environment).filter(([name, v]) => known.has(name) && v !== ''))
  const parsed = settings.safeParse(given)
  const faults = [
    ...unknown.map(name => `${name}: no such setting`),
    ...(parsed.success
      ? []
      : parsed.error.issues.map(issue => {
          const name = String(issue.path[0])
          return `${name}: ${given[name] === undefined ? 'required' : issue.message}`
        })),
    ...(parsed.success && production ? faultsOfWeakKeys(parsed.data) : []),
  ]
  return parsed.success && faults.length === 0 ? { ok: true, config: parsed.data } : { ok: false, faults }
}
