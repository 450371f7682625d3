// Where a fault of a model's expanded file has its origin: in the file itself, or in what provider.json shares.

import type { Model } from '../../models/index.ts'
import { keysIn } from '../../problem/pointer.ts'
import { filterType } from '../filter-type.ts'
import { dialectKey } from '../named-clauses.ts'
import { isObject } from '../path.ts'
import type { ModelFile, ProviderFile } from '../schema/index.ts'

/** A place in one of a provider's files. */
export interface Origin {
  readonly isShared: boolean
  readonly pointer: string
}
type Json = Record<string, unknown>

const at = (root: unknown, keys: readonly string[]): unknown =>
  keys.reduce<unknown>(
    (value, key) => (isObject(value) || Array.isArray(value) ? (value as Json)[key] : undefined),
    root,
  )

/**
 * Where a fault that the compiler found at `pointer` of a model's file is to be mended. What a model takes from a
 * request of provider.json, from its dialect, `select` or `describe` is mended there, once for all models.
 */
export function originOf(
  provider: ProviderFile,
  { model, file }: { model: Model; file: ModelFile },
  pointer: string,
): Origin {
  const here: Origin = { isShared: false, pointer }
  const keys = keysIn(pointer)
  const [top = ''] = keys
  const length = top === 'list' && Array.isArray(file.list) ? 2 : 1
  const own = at(file, keys.slice(0, length))
  const rest = keys.slice(length)
  const below =
    rest.length > 0
      ? `/${pointer
          .split('/')
          .slice(length + 1)
          .join('/')}`
      : ''
  const named = at(own, rest.slice(0, 2))
  if (top === 'list' && rest[0] === 'sorts' && typeof named === 'string')
    return { isShared: true, pointer: '/dialect/sort' }
  if (top === 'list' && rest[0] === 'filters' && typeof named === 'string') {
    const key = dialectKey(provider.dialect ?? {}, named, filterType(model, named))
    return { isShared: true, pointer: `/dialect/${key}` }
  }
  // What every request begins with, and the headers that go with all of them.
  if (top === 'base' || top === 'headers') return { isShared: true, pointer }
  if (top === 'describe' || top === 'select') {
    const isShared = provider[top] !== undefined && at(own, rest) === undefined && at(provider[top], rest) !== undefined
    return isShared ? { isShared, pointer } : here
  }
  const request = typeof own === 'string' ? own : isObject(own) ? own.request : undefined
  if (typeof request !== 'string' || rest.length === 0) return here
  const isOwn = at(own, rest) !== undefined || at(provider.requests?.[request], rest) === undefined
  return isOwn ? here : { isShared: true, pointer: `/requests/${request}${below}` }
}
