import { parseArgs } from 'node:util'
import { describeAction } from '../../src/actions/describe-action.ts'
import { findAction, listActions } from '../../src/actions/registry.ts'
import { type ActionServices, trigger } from '../../src/actions/trigger.ts'
import { nearest } from '../../src/mapping/report.ts'
import { describe } from '../../src/problem/index.ts'
import type { HttpSender } from '../../src/services.ts'
import type { OpenedConnection, Store } from '../../src/store/index.ts'
import { type Command, CommandFault } from './command.ts'
import { environmentOf, openSender, openStorage, servicesOver } from './gateway.ts'
import { openOffline } from './offline.ts'
import { redactor, secretsOf } from './redact.ts'
import { showing } from './show.ts'

interface Asked {
  readonly action: string
  readonly connection: string
  readonly environmentName: string
  readonly integration: string | undefined
  readonly input: unknown
  readonly validate: boolean
}

const print = (line: string): void => console.log(line)

function readInput(text: string | undefined): unknown {
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new CommandFault(`--input is no JSON: ${(error as Error).message}`, true)
  }
}

/** The connection of that name in the storage. */
async function stored(store: Store, { environmentName, connection, integration }: Asked) {
  const environment = await environmentOf(store, environmentName)
  const lookup = await store.lookup(environment, connection, integration)
  if ('found' in lookup) return { environment, opened: lookup.found }
  if ('ambiguous' in lookup)
    throw new CommandFault('Several integrations have that connection: name one, --integration-id.')
  if ('refused' in lookup) throw new CommandFault('What is stored of that connection does not open, or was altered.')
  return { environment, opened: undefined, missing: lookup.missing }
}

/** Whether an input is what the action declares; says so. */
async function isValid({ catalogue }: ActionServices, { integration }: OpenedConnection, { action, input }: Asked) {
  const found = await findAction(catalogue, integration.provider, action)
  if (!found) {
    const names = (await listActions(catalogue, integration.provider)).map(({ name }) => name)
    throw new CommandFault(`${integration.provider} has no action "${action}"; ${nearest(action, names)}`)
  }
  const read = (given: unknown) => found.action.input.safeParse(given)
  const first = read(input)
  const parsed = first.success || input !== undefined ? first : read({})
  if (parsed.success) print('Input: it is what the action declares.')
  else {
    print('Input: it is not what the action declares.')
    for (const { path, message } of parsed.error.issues) print(`  /${path.join('/')}: ${message}`)
  }
  const { output } = describeAction(action, found)
  return { valid: parsed.success, isVoid: output === undefined }
}

/** Where an action is run: the connection, its environment, and what answers its requests. */
interface Setting {
  readonly opened: OpenedConnection
  readonly environment: string
  readonly sender: HttpSender
  servicesWith(sender: HttpSender): ActionServices
}

async function perform({ opened, environment, sender, servicesWith }: Setting, asked: Asked): Promise<number> {
  const redact = redactor(secretsOf(opened))
  const shown = servicesWith(showing(sender, redact, print))
  // That there is no such action is told before anything is called.
  const checked = asked.validate ? await isValid(shown, opened, asked) : undefined
  if (checked && !checked.valid) return 1
  const outcome = await trigger(shown, {
    environment,
    environmentName: asked.environmentName,
    integration: opened.integration.unique_key,
    connection: opened.connection_id,
    name: asked.action,
    input: asked.input,
    requestId: 'dryrun',
  })
  if (!outcome.ok) {
    print(`Failed:\n${JSON.stringify(redact.value(describe(outcome.failure, 'dryrun')), null, 2)}`)
    return 1
  }
  // An output that is not what the action declares ends in a failure, above.
  if (checked)
    print(checked.isVoid ? 'Output: none, as the action declares.' : 'Output: it is what the action declares.')
  const { value } = outcome.value
  print(value === undefined ? 'Output: nothing' : `Output:\n${JSON.stringify(redact.value(value), null, 2)}`)
  return 0
}

async function online(asked: Asked): Promise<number> {
  const storage = openStorage()
  if (!storage)
    throw new CommandFault('There is no gateway’s data here: start one, name its KOINE_DATA, or run with --offline.')
  try {
    const { environment, opened, missing } = await stored(storage.store, asked)
    if (!opened) throw new CommandFault(`There is no such ${missing} in the environment "${asked.environmentName}".`)
    const sender = openSender(storage)
    try {
      const servicesWith = (shown: HttpSender) => servicesOver(storage, shown)
      return await perform({ opened, environment, sender, servicesWith }, asked)
    } finally {
      await sender.close()
    }
  } finally {
    storage.store.close()
  }
}

async function offline(asked: Asked): Promise<number> {
  const storage = openStorage()
  const found = storage && (await stored(storage.store, asked).catch(() => undefined))
  storage?.store.close()
  const provider = found?.opened?.integration.provider ?? asked.integration
  if (provider === undefined)
    throw new CommandFault('No gateway has that connection: name the provider, --integration-id <provider>.')
  const unanswered: string[] = []
  const setting = openOffline(provider, asked.connection, found?.opened, request => unanswered.push(request))
  const code = await perform({ ...setting, environment: 'offline' }, asked)
  for (const request of unanswered) console.error(`No fixture answers: ${request}`)
  return unanswered.length > 0 ? 1 : code
}

/** Runs an action here, and shows what it asks of the provider. */
export const dryrun: Command = {
  usage: 'dryrun <action> <connection> [-e env] [--integration-id x] [--input json] [--validate] [--offline]',
  about: 'Runs an action in this process and shows each provider request and answer, without secrets.',
  more: [
    '',
    '  -e, --environment   the environment, dev unless given',
    '  --integration-id    the integration, where several have the connection; offline, the provider',
    '  --input             the input, as JSON',
    '  --validate          says whether input and output are what the action declares',
    '  --offline           answers from the provider’s fixtures: by method, path and query',
    '',
    'It uses the data of the gateway that KOINE_DATA names. Unless offline, the provider is really called: what the',
    'action writes is written. Nothing is logged.',
  ],
  async run(args) {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        environment: { type: 'string', short: 'e', default: 'dev' },
        'integration-id': { type: 'string' },
        input: { type: 'string' },
        validate: { type: 'boolean', default: false },
        offline: { type: 'boolean', default: false },
      },
    })
    const [action, connection, ...more] = positionals
    if (action === undefined || connection === undefined || more.length > 0)
      throw new CommandFault('Name an action and a connection.', true)
    const asked: Asked = {
      action,
      connection,
      environmentName: values.environment,
      integration: values['integration-id'],
      input: readInput(values.input),
      validate: values.validate,
    }
    return values.offline ? offline(asked) : online(asked)
  },
}
