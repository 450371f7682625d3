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
    .describe('Directory of the SQLite database and of keys made here (Node)'),
  HOST: z.string().min(1).prefault('127.0.0.1').describe('Address to listen on (Node)'),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, 'a port')
    .transform(Number)
    .prefault('8787')
    .describe('Port to listen on (Node)'),
  KOINE_ALLOW_PRIVATE_HOSTS: z
    .enum(['0', '1'])
    .prefault('0')
    .transform(v => v === '1')
    .describe('`1` lets outbound calls reach private and local addresses, over http too. For development only'),
  KOINE_RATE_LIMIT: whole(300_000).describe(
    'Requests a minute for each API key, counted in each process; `0` is no limit',
  ),
  KOINE_BODY_LIMIT: whole(10_485_760).describe('Largest request body, in bytes'),
  KOINE_ANSWER_LIMIT: whole(20_971_520).describe(
    'Largest response that is read from a provider, in bytes after decompression',
  ),
  KOINE_PROVIDER_TIMEOUT: seconds(30).describe('Seconds that one call to a provider may take in all'),
})

/** Settings as the code reads them. */
export type Config = z.output<typeof settings>

/**
 * Reads the settings from an environment. Answers the settings, or a list of what is wrong, one sentence a variable:
 * missing, unreadable, or a `KOINE_*` name that does not exist.
 */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
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
  ]
  return parsed.success && faults.length === 0 ? { ok: true, config: parsed.data } : { ok: false, faults }
}
