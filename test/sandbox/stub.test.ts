// The stub of every provider, through the whole gateway: what a mapping offers is asked of it, and it is held to it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sandboxes } from '../../sandbox/index.ts'
import { type SandboxServer, startSandbox } from '../../sandbox/server.ts'
import { extraOf, filesOf, providers } from '../../sandbox/stub/folder.ts'
import { createStub, type StubFiles } from '../../sandbox/stub/index.ts'
import { MARK } from '../../sandbox/stub/list-page.ts'
import { answersOf, credentialsOf } from '../../sandbox/stub/sign-in.ts'
import { openCatalogue, type ProviderFiles } from '../../src/mapping/catalogue.ts'
import type { Mapping } from '../../src/mapping/compile.ts'
import { isObject } from '../../src/mapping/path.ts'
import type { Unified } from '../../src/mapping/read.ts'
import { models } from '../../src/models/index.ts'
import { formatFiles } from '../laws/subjects.ts'
import * as deviations from '../support/deviations.ts'
import { hasEvidence, specification } from '../support/evidence.ts'
import { listen, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Gate, type Specification, startGate } from '../support/specification.ts'

const TOKEN = 'let-in'
/**
 * The providers' own specifications, where they are at hand: they judge every request of these tests, but for those of
 * HubSpot and Salesforce, which are judged before their imitations. The answers are the stub's, which knows the mapping
 * alone.
 */
const specifications: Readonly<Record<string, { file: string; relax: (spec: Specification) => Specification }>> = {
  attio: { file: 'openapi.json', relax: deviations.attio.relax },
  github: { file: 'issues.json', relax: deviations.github.relax },
  pipedrive: { file: 'v2.yaml', relax: deviations.pipedrive.relax },
  stripe: { file: 'openapi.json', relax: deviations.stripe.relax },
}
/** What a record of each model is made with and changed by; fields that a provider has not are left out. */
const written: Readonly<Record<string, { created: Unified; changed: Unified }>> = {
  contacts: {
    created: {
      name: 'Ilka Meer',
      title: 'Buyer',
      emails: [{ email: 'ilka@meer.example' }],
      phone_numbers: [{ number: '+31 20 555 0101' }],
      addresses: [{ street_1: '3 Canal Street', city: 'Utrecht' }],
      description: 'Called in spring.',
    },
    changed: { description: 'Called in autumn.', emails: [{ email: "o'hara@meer.example" }] },
  },
  companies: {
    created: { name: 'Halyard', domain: 'halyard.example', employee_count: 4, description: 'Ropes.' },
    changed: { name: 'Halyard & Söhne', description: null },
  },
  deals: {
    created: { name: 'Oak beams', amount: 1200.5, currency: 'EUR', close_date: '2026-09-30' },
    changed: { name: 'Oak "beams"', amount: 7 },
  },
  tickets: {
    created: { title: 'Squeaks', description: 'At the third stair.', tags: ['stairs'] },
    changed: { title: 'Creaks', status: 'closed' },
  },
  invoices: {
    created: { currency: 'EUR', memo: 'Rope', due_date: '2026-10-01' },
    changed: { memo: 'Ropes', custom_fields: { order: '7' } },
  },
}

const idsOf = (records: readonly Unified[]): string[] => records.map(({ id }) => String(id)).sort()
/** What a record holds where a filter compares: `emails.email`. */
function held(record: Unified, field: string): unknown[] {
  const [top = '', member] = field.split('.')
  return [record[top] ?? []].flat().map(value => (member && isObject(value) ? value[member] : value))
}
const fits = (name: string, field: string, wanted: unknown) => (record: Unified) =>
  held(record, field).some(value =>
    name.endsWith('_after')
      ? Date.parse(String(value)) >= Date.parse(String(wanted))
      : String(value).toLowerCase() === String(wanted).toLowerCase(),
  )
const middle = <T>(list: readonly T[]): T | undefined => list[Math.floor(list.length / 2)]
const rank = (value: unknown): number | string => (typeof value === 'number' ? value : String(value).toLowerCase())
const isOrdered = (values: readonly unknown[], direction: string): boolean =>
  values.every((value, i) => {
    const [a, b] = direction === 'asc' ? [values[i - 1], value] : [value, values[i - 1]]
    return i === 0 || rank(a) <= rank(b)
  })

/** The invented providers of the laws, as folders: they use what those of the product do not. */
const invented = formatFiles().flatMap((format): StubFiles[] => {
  // Records below others are listed only for one of those: the laws walk such lists.
  const known = Object.entries(format.models).filter(
    ([name, file]) => name in models && !JSON.stringify(file.list ?? '').includes('{filter.'),
  )
  const { id, provider, merges } = format
  return known.length > 0 ? [{ id, provider, models: Object.fromEntries(known), fixtures: [], merges }] : []
})
const loaded = (content: unknown) => async () => ({ default: content })
const gatewayFiles = ({ provider, models }: StubFiles): ProviderFiles => ({
  provider: loaded(provider),
  models: Object.fromEntries(Object.entries(models).map(([name, file]) => [name, loaded(file)])),
  actions: {},
  hooks: {},
})

const all = [...providers.map(filesOf), ...invented].map(files => [files.id, files] as const)
describe.each(all)('the stub of %s', (provider, files) => {
  const modelsOf = () => Object.keys(files.models)
  let gateway: ProviderGateway
  let stranger: ProviderGateway
  let address: { url: string; close(): Promise<void>; violations?: Gate['violations'] }
  const isInvented = invented.includes(files)
  const mappings = new Map<string, Mapping>()

  beforeAll(async () => {
    const { app } = createStub(files, { token: TOKEN, extra: await extraOf(provider) })
    const handler = (request: Request) => app.fetch(request)
    const specified = hasEvidence ? specifications[provider] : undefined
    address = specified
      ? await startGate({
          specs: specification<object>(provider, specified.file),
          relax: specified.relax,
          // The answers are the stub's own.
          requestsOnly: true,
          handler,
        })
      : await listen(handler)
    const config = answersOf(files.provider, Object.values(files.models))
    const open = (token: string) =>
      openProvider({
        provider,
        address: address.url,
        credentials: { ...credentialsOf(files.provider, token) },
        config,
        ...(isInvented && { files: gatewayFiles(files) }),
      })
    gateway = await open(TOKEN)
    stranger = await open('let-in-nowhere')
    const catalogue = isInvented ? openCatalogue({ [provider]: gatewayFiles(files) }, Date.now) : undefined
    for (const model of modelsOf())
      mappings.set(model, (await catalogue?.mapping(provider, model)) ?? (await mappingOf(provider, model)))
  })
  afterAll(async () => {
    await gateway.close()
    await stranger.close()
    await address.close()
  })

  describe.each(modelsOf())('%s', model => {
    let all: Unified[]
    const offers = () => mappings.get(model)!.list?.offers ?? []

    test('every record comes once, in pages of any size, and is read by its id as the list has it', async () => {
      all = await gateway.walk(`/${model}?limit=37`)
      expect(all.length).toBeGreaterThanOrEqual(10)
      expect(new Set(idsOf(all)).size).toBe(all.length)
      expect(idsOf(await gateway.walk(`/${model}?limit=100`))).toEqual(idsOf(all))
      const one = middle(all)!
      const { status, body } = await gateway.call(`GET /${model}/${encodeURIComponent(String(one.id))}`)
      expect([status, body]).toEqual([200, { data: one, warnings: [] }])
    })

    test('each filter finds what holds its value, and nothing else', async () => {
      const { model: unified, table } = mappings.get(model)!
      for (const name of new Set(offers().flatMap(({ filters }) => filters))) {
        const field = unified.filters[name]!
        const having = all.filter(record => held(record, field).length > 0)
        const value = middle(having) && held(middle(having)!, field)[0]
        expect(
          value,
          `${name} of ${table.byField.has(field.split('.')[0]!) ? 'no record' : 'an absent field'}`,
        ).toBeDefined()
        const found = await gateway.walk(`/${model}?limit=7&filter[${name}]=${encodeURIComponent(String(value))}`)
        expect([name, value, idsOf(found)]).toEqual([name, value, idsOf(all.filter(fits(name, field, value)))])
      }
    })

    test('each sort puts every record in its order', async () => {
      for (const by of new Set(offers().flatMap(({ sorts }) => sorts)))
        for (const direction of ['asc', 'desc']) {
          const sorted = await gateway.walk(`/${model}?limit=50&sort[by]=${by}&sort[direction]=${direction}`)
          const values = sorted.map(record => record[by]).filter(value => value !== undefined)
          expect([by, direction, isOrdered(values, direction)], JSON.stringify(values)).toEqual([by, direction, true])
          expect(idsOf(sorted)).toEqual(idsOf(all))
        }
    })

    test('a record, from its making to its end', async () => {
      const { table, file, verbs } = mappings.get(model)!
      const own = (values: Unified, verb: 'create' | 'update') =>
        Object.fromEntries(
          Object.entries(values).filter(
            ([field]) => table.byField.get(field)?.can(verb) && !table.byField.get(field)!.byHook(verb),
          ),
        )
      const { created, changed } = written[model]!
      const required = Object.fromEntries((file.required ?? []).map(field => [field, middle(all)![field]]))
      if (!verbs.create) return
      const made = await gateway.call(`POST /${model}`, { ...required, ...own(created, 'create') })
      expect([made.status, made.body.data]).toMatchObject([201, own(created, 'create')])
      const { id } = made.body.data
      expect(all.map(record => record.id)).not.toContain(id)
      const at = `/${model}/${encodeURIComponent(id)}`
      expect((await gateway.call(`GET ${at}`)).body.data).toEqual(made.body.data)
      expect(idsOf(await gateway.walk(`/${model}?limit=100`))).toEqual(idsOf([...all, { id }]))

      const change = own(changed, 'update')
      const updated = await gateway.call(`PATCH ${at}`, change)
      const { updated_at: _, ...left } = { ...made.body.data, ...change }
      for (const field of Object.keys(left)) if (left[field] === null) delete left[field]
      expect([updated.status, updated.body.data]).toMatchObject([200, left])
      expect((await gateway.call(`GET ${at}`)).body.data).toEqual(updated.body.data)

      const gone = await gateway.call(`DELETE ${at}`)
      expect(gone.status).toBe(204)
      const after = await gateway.call(`GET ${at}`)
      // Where delete only closes a record, or takes it out of use, it is still there.
      const stays = ['closed', 'deactivated'].includes(file.delete?.delete_effect ?? '')
      if (stays) expect(after.status).toBe(200)
      if (stays && model === 'tickets') expect(after.body.data.status).toBe('closed')
      if (!stays) expect([after.status, after.body.code]).toEqual([404, 'record-not-found'])
    })

    test('what is not there is said in the provider’s words', async () => {
      const none = String(all[0]!.id).replace(/\w+$/, end => '9'.repeat(end.length))
      const { verbs } = mappings.get(model)!
      const requests = [`GET /${model}/${none}`, ...(verbs.delete ? [`DELETE /${model}/${none}`] : [])]
      for (const request of requests) {
        const { status, body } = await gateway.call(request)
        expect([status, body.code]).toEqual([404, 'record-not-found'])
      }
      const refused = await stranger.call(`GET /${model}`)
      expect([refused.status, refused.body.code]).toEqual([424, 'connection-needs-reconnect'])
    })

    test('the customer’s own fields, each of its kind', async () => {
      const spec = mappings.get(model)!.file.describe
      const { body } = await gateway.call(`GET /${model}/fields`)
      const told = body.data.custom_fields.map(({ name, type }: { name: string; type: string }) => [name, type])
      expect(told).toEqual(Object.keys(spec?.type.enum ?? {}).map(type => [`own_${type}`, type]))
    })
  })

  if (provider in specifications)
    test.runIf(hasEvidence)('no request breaks the provider’s specification', () => {
      const broken = (address.violations ?? []).filter(({ where }) => where === 'request')
      // The address of a next page is the provider's to make.
      expect(broken.filter(({ detail }) => !detail.includes(`'${MARK}'`))).toEqual([])
    })
})

describe('faults', () => {
  let sandbox: SandboxServer
  beforeAll(async () => {
    sandbox = await startSandbox()
  })
  afterAll(() => sandbox.close())

  test.each(providers)('%s fails in its own words, at every model', async provider => {
    const { credentials, connection_config, models } = sandboxes[provider]!
    for (const model of models) {
      // One gateway a model, as each leaves the provider in peace for the time that it asked for.
      const gateway = await openProvider({
        provider,
        address: `${sandbox.url}/${provider}`,
        credentials: { ...credentials('rate-limited-seconds=30') },
        config: connection_config,
      })
      const { status, body } = await gateway.call(`GET /${model}`)
      expect([status, body.code, body.retry_after]).toEqual([429, 'provider-rate-limited', 30])
      expect(body.upstream).toMatchObject({ status: 429, message: 'Too many requests' })
      await gateway.close()
    }
  })
})
