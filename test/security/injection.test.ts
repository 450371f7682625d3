import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../mappings/index.ts'
import { models } from '../../src/models/index.ts'
import { names, type Provider, providers } from '../fuzz/world.ts'
import { type Answer, mappingOf, openProvider, type ProviderGateway } from '../support/gateway.ts'
import { type Capture, type Captured, startCapture } from './capture.ts'
import { isPlain, type Parts, partsOf, replaced } from './outgoing.ts'
import { nasty, RUNS, SEED } from './texts.ts'

/** What stands for a caller's text in the request that all others are compared with; no provider has it. */
const MARKER = 'Zyzzyva'
/** Statuses that say: refused by us, before anything was sent. */
const REFUSED = [400, 404, 422, 501]

interface Subject {
  readonly provider: Provider
  readonly capture: Capture
  readonly gateway: ProviderGateway
}
const subjects = new Map<Provider, Subject>()
beforeAll(async () => {
  for (const provider of names) {
    const { create, token } = providers[provider]
    const capture = await startCapture(create().app.fetch as (request: Request) => Promise<Response>)
    const credentials = { type: 'OAUTH2', access_token: token }
    const gateway = await openProvider({ provider, address: capture.url, credentials })
    subjects.set(provider, { provider, capture, gateway })
  }
})
afterAll(async () => {
  for (const { capture, gateway } of subjects.values()) {
    await gateway.close()
    await capture.close()
  }
})

type Call = (subject: Subject, text: string) => Promise<Answer>

async function observed(subject: Subject, call: Call, text: string): Promise<{ answer: Answer; sent: Captured[] }> {
  subject.capture.taken()
  const answer = await call(subject, text)
  return { answer, sent: subject.capture.taken() }
}

/**
 * A provider gets what it gets for the marker, with the text in the marker's place and nowhere else; or nothing. Of
 * that, `most` requests are compared: what is read back after a create has another id each time.
 */
async function stays(provider: Provider, call: Call, most = 9, texts = nasty): Promise<void> {
  const subject = subjects.get(provider)!
  const base = (await observed(subject, call, MARKER)).sent.map(partsOf).slice(0, most)
  await fc.assert(
    fc.asyncProperty(texts, async text => {
      const { answer, sent } = await observed(subject, call, text)
      if (sent.length === 0) {
        expect(REFUSED, JSON.stringify(answer.body)).toContain(answer.status)
        return
      }
      expect(answer.body?.code).not.toBe('internal')
      expect(sent.filter(request => !isPlain(request))).toEqual([])
      // A text may find something where the marker found nothing: what follows is another matter.
      const wanted = base.slice(0, sent.length).map(parts => replaced(parts, MARKER, text) as Parts)
      expect(sent.slice(0, wanted.length).map(partsOf)).toEqual(wanted)
    }),
    { seed: SEED, numRuns: RUNS, examples: [['.'], ['..'], ['%2e%2e'], ['../..']] },
  )
}

/** Nothing that a provider gets holds the text; usually nothing is sent at all. */
async function neverLeaves(provider: Provider, call: Call): Promise<void> {
  const subject = subjects.get(provider)!
  await fc.assert(
    fc.asyncProperty(nasty, async text => {
      const { answer, sent } = await observed(subject, call, `${MARKER}${text}`)
      expect(answer.body?.code).not.toBe('internal')
      for (const request of sent) expect(JSON.stringify(partsOf(request)) + request.target).not.toContain(MARKER)
    }),
    { seed: SEED, numRuns: RUNS },
  )
}

const get =
  (path: (text: string) => string): Call =>
  ({ gateway }, text) =>
    gateway.call(`GET ${path(encodeURIComponent(text))}`)
const trigger =
  (action: string, input: (text: string) => unknown): Call =>
  ({ gateway, provider }, text) =>
    gateway.call(
      'POST /action/trigger',
      { action_name: action, input: input(text) },
      { 'provider-config-key': provider },
    )

/** The models that a provider has. */
const modelsOf = (provider: Provider) =>
  Object.values(models).filter(({ name }) => Object.hasOwn(files[provider].models, name))

describe.each(names)('%s', provider => {
  describe.each(modelsOf(provider))('$name', model => {
    const path = `/${model.name}`

    it('carries the value of each filter as a value', async () => {
      const { list } = await mappingOf(provider, model.name)
      const filters = new Set(list!.offers.flatMap(offer => offer.filters))
      expect(filters.size).toBeGreaterThan(0)
      for (const filter of filters)
        await stays(
          provider,
          get(text => `${path}?filter[${filter}]=${text}`),
        )
    })

    it('carries an id as one segment or one value', async () => {
      await stays(
        provider,
        get(text => `${path}/${text}`),
      )
      await stays(
        provider,
        trigger(`get-${model.singular}`, id => ({ id })),
      )
      await stays(provider, ({ gateway }, text) => gateway.call(`DELETE ${path}/${encodeURIComponent(text)}`))
      await stays(provider, ({ gateway }, text) =>
        gateway.call(`PATCH ${path}/${encodeURIComponent(text)}`, { description: 'same' }),
      )
    })

    it('carries a written text as a text', async () => {
      const due = model.name === 'contacts' ? 'last_name' : 'name'
      await stays(provider, ({ gateway }, text) => gateway.call(`POST ${path}`, { [due]: text }), 1)
    })

    it('carries the name of a custom field as a name', () =>
      stays(
        provider,
        ({ gateway }, text) => gateway.call(`POST ${path}`, { name: 'x', custom_fields: { [text]: 'y' } }),
        1,
        // No name of a field anywhere: a body that has it is read without it.
        nasty.filter(text => text !== '__proto__'),
      ))

    it('carries an id of another record as an id', async () => {
      const [first] = (await subjects.get(provider)!.gateway.call(`GET ${path}?limit=1`)).body.data
      for (const field of ['company_id', 'contact_id', 'owner_id']) {
        await stays(provider, ({ gateway }, text) => gateway.call(`POST ${path}`, { name: 'x', [field]: text }), 1)
        await stays(provider, ({ gateway }, text) => gateway.call(`PATCH ${path}/${first.id}`, { [field]: text }), 2)
      }
    })

    it('does not ask the provider for a field that a caller made up', async () => {
      await neverLeaves(
        provider,
        get(text => `${path}?fields=${text}`),
      )
      await neverLeaves(
        provider,
        get(text => `${path}?fields=id,custom_fields.${text}`),
      )
      await neverLeaves(
        provider,
        get(text => `${path}/1001?fields=custom_fields.${text}`),
      )
    })

    it('does not sort by what a caller made up', async () => {
      await neverLeaves(
        provider,
        get(text => `${path}?sort[by]=${text}`),
      )
      await neverLeaves(
        provider,
        get(text => `${path}?sort[by]=created_at&sort[direction]=${text}`),
      )
    })

    it('does not follow a cursor that a caller made up', async () => {
      await neverLeaves(
        provider,
        get(text => `${path}?cursor=${text}`),
      )
      await neverLeaves(
        provider,
        get(text => `${path}?cursor=${encodeURIComponent(btoa(encodeURI(decodeURIComponent(text))))}`),
      )
    })
  })

  it('keeps a key of ours, and what it is asked with, out of what it sends', async () => {
    const subject = subjects.get(provider)!
    const { sent } = await observed(
      subject,
      get(() => '/contacts?limit=1'),
      '',
    )
    for (const { headers } of sent) {
      expect(headers).not.toHaveProperty('connection-id')
      expect(headers.authorization).toBe(`Bearer ${providers[provider].token}`)
    }
  })
})
