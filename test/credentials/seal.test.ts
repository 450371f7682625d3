import { describe, expect, it } from 'vitest'
import { createSeal } from '../../src/credentials/seal.ts'

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64')

describe('seal', () => {
  it('opens what it sealed, in its place, and never seals twice alike', async () => {
    const { seal, open } = createSeal(key(1))
    const [one, two] = await Promise.all([seal('geheim ✓', 'a/b/1'), seal('geheim ✓', 'a/b/1')])
    expect(one).not.toBe(two)
    expect(one).toMatch(/^v1\.default\.[\w-]{16}\.[\w-]+$/)
    expect(Buffer.from(one.split('.')[3]!, 'base64url').includes('geheim')).toBe(false)
    expect(await open(one, 'a/b/1')).toBe('geheim ✓')
    expect(await open(two, 'a/b/1')).toBe('geheim ✓')
  })

  it('refuses a sealed text that was moved or altered', async () => {
    const { seal, open } = createSeal(key(1))
    const sealed = await seal('secret', 'connections/credentials/e/1')
    await expect(open(sealed, 'connections/credentials/e/2')).rejects.toThrow('moved from its place')
    const [version, id, iv, text] = sealed.split('.')
    const bytes = Buffer.from(text!, 'base64url')
    bytes[0]! ^= 1
    await expect(
      open([version, id, iv, bytes.toString('base64url')].join('.'), 'connections/credentials/e/1'),
    ).rejects.toThrow('altered')
    await expect(open('plain text', 'x')).rejects.toThrow('not sealed in a way')
    await expect(open(sealed.replace('v1', 'v2'), 'connections/credentials/e/1')).rejects.toThrow('altered')
    await expect(open(sealed.replace('v1', 'v3'), 'connections/credentials/e/1')).rejects.toThrow('not sealed in a way')
  })

  it('rotates: the first key seals, all open', async () => {
    const old = createSeal(key(1))
    const before = await old.seal('secret', 'p')
    const both = createSeal(`next:${key(2)},default:${key(1)}`)
    expect(await both.open(before, 'p')).toBe('secret')
    const after = await both.seal('secret', 'p')
    expect(after.split('.')[1]).toBe('next')
    const next = createSeal(`next:${key(2)}`)
    expect(await next.open(after, 'p')).toBe('secret')
    await expect(next.open(before, 'p')).rejects.toThrow('"default", which KOINE_MASTER_KEY does not hold')
    await expect(old.open(after, 'p')).rejects.toThrow('"next"')
    // The id in the sealed text is bound too: another key under that name does not open it.
    await expect(createSeal(`default:${key(3)}`).open(before, 'p')).rejects.toThrow('another key of that id')
  })

  it.each([
    ['', 'entry 1'],
    ['tooshort', 'entry 1'],
    [`a:${key(1)},b:planted-secret`, 'entry 2'],
    [`${key(1)},`, 'entry 2'],
    [`a:${key(1)},a:${key(2)}`, 'same id'],
    [`${key(1)}AAAA`, 'entry 1'],
    [`bad id:${key(1)}`, 'entry 1'],
  ])('says which entry of a master key is malformed, without printing it: %#', (masterKey, where) => {
    let message = ''
    try {
      createSeal(masterKey)
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('KOINE_MASTER_KEY')
    expect(message).toContain(where)
    for (const part of masterKey.split(/[,:]/)) if (part.length > 3) expect(message).not.toContain(part)
  })
})
