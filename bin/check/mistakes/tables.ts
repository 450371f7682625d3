import { isObject } from '../../../src/mapping/path.ts'
import { change, everywhere, type Json, type Mistake, type Planted, typo, walk } from './plant.ts'

const isWritten = (spec: unknown): boolean => typeof spec === 'string' || !isObject(spec) || spec.write !== false
const FIXED = new Set(['id', 'created_at', 'updated_at'])

/** Right names in the wrong place of a field table, and values spelled otherwise than the provider does. */
export const tables: readonly Mistake[] = [
  {
    kind: 'path typo, read and written',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) => {
        const at = isObject(row) ? (row as Json).at : row
        if (typeof at !== 'string' || FIXED.has(field) || !isWritten(row)) return []
        return [
          change(good, `/fields/${field}`, file => {
            const fields = file.fields as Json
            if (isObject(fields[field])) (fields[field] as Json).at = typo(at)
            else fields[field] = typo(at)
          }),
        ]
      }),
  },
  {
    kind: 'path typo, read only',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) =>
        typeof row === 'string' && FIXED.has(field)
          ? [change(good, `/fields/${field}`, file => ((file.fields as Json)[field] = typo(row)))]
          : [],
      ),
  },
  {
    kind: 'path typo, written only',
    plant: good =>
      everywhere(good, ['fields'], (value, key) =>
        ['write', 'create', 'update'].includes(key) && typeof value === 'string' ? typo(value) : undefined,
      ).concat(
        everywhere(good, ['fields'], (value, key) =>
          ['write', 'create', 'update'].includes(key) && isObject(value) && !('by' in value)
            ? Object.fromEntries(Object.entries(value).map(([k, v]) => [typo(k), v]))
            : undefined,
        ),
      ),
  },
  {
    kind: 'path typo inside a list',
    plant: good =>
      Object.entries(good.file.fields).flatMap(([field, row]) => {
        const spec = row as Json
        if (!isObject(row) || !('positions' in row || 'row' in row)) return []
        const under = 'positions' in row ? 'positions' : 'row'
        const out: Planted[] = []
        walk(spec[under], (holder, key, at) => {
          const value = holder[key]
          if (
            typeof value !== 'string' ||
            !/^(at|read|write|clear)$|^[a-z_0-9]+$/.test(key) ||
            /\/(const|format|with|empty_value)$|\/(enum|join)\//.test(at) ||
            value.includes('{')
          )
            return
          const keys = at.slice(1).split('/')
          out.push(
            change(good, `/fields/${field}/${under}${at}`, file => {
              const owner = keys
                .slice(0, -1)
                .reduce<unknown>((v, k) => (v as Json)[k], ((file.fields as Json)[field] as Json)[under])
              ;(owner as Json)[key] = typo(value)
            }),
          )
        })
        return out
      }),
  },
  {
    kind: 'swapped rows',
    plant: good => {
      const { first_name: a, last_name: b, company_id: c, owner_id: d } = good.file.fields
      const swap = (x: string, y: string) =>
        change(good, `/fields/${x}`, file => {
          const fields = file.fields as Json
          ;[fields[x], fields[y]] = [fields[y], fields[x]]
        })
      return [...(a && b ? [swap('first_name', 'last_name')] : []), ...(c && d ? [swap('company_id', 'owner_id')] : [])]
    },
  },
  {
    kind: 'wrong enum value',
    plant: good =>
      everywhere(good, ['fields'], (value, _key, at) =>
        /\/enum\/[^/]+$/.test(at) && typeof value === 'string' ? `${value}x` : undefined,
      ),
  },
  {
    kind: 'seconds for milliseconds',
    plant: good =>
      everywhere(good, ['list', 'fields'], (value, key) =>
        key === 'format' && (value === 'unix-millis' || value === 'unix-seconds')
          ? value === 'unix-millis'
            ? 'unix-seconds'
            : 'unix-millis'
          : undefined,
      ),
  },
  {
    kind: 'minor units missed',
    plant: good =>
      everywhere(good, ['fields'], value => {
        // Every format of an amount or a share that is another number than ours.
        if (!isObject(value) || !(isObject(value.format) || /^(fraction|hundredths)/.test(String(value.format))))
          return undefined
        const { format: _, ...rest } = value
        return rest
      }),
  },
  {
    kind: '`overwrites` missing',
    plant: good =>
      good.file.update?.overwrites
        ? [change(good, '/update/overwrites', file => delete (file.update as Json).overwrites)]
        : [],
  },
]
