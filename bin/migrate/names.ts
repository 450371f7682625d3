// The first edition's names of the format, as the second has them.
type Json = Record<string, unknown>
const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value)

/** An object with some of its keys renamed and some of its values changed, in the order that it had. */
function changed(
  given: unknown,
  keys: Readonly<Record<string, string>>,
  values: Readonly<Record<string, (value: unknown) => unknown>> = {},
): unknown {
  if (!isObject(given)) return given
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [keys[key] ?? key, values[key] ? values[key](value) : value]),
  )
}
/** The same change for every value of an object. */
const each = (change: (value: unknown) => unknown) => (given: unknown) =>
  isObject(given) ? Object.fromEntries(Object.entries(given).map(([key, value]) => [key, change(value)])) : given
const every = (change: (value: unknown) => unknown) => (given: unknown) =>
  Array.isArray(given) ? given.map(change) : given

const target = (given: unknown): unknown => (isObject(given) && given.by === 'action' ? { by: 'hook' } : given)
const format = (given: unknown): unknown => (isObject(given) ? given : given)

/** A row of a field table. */
export function row(given: unknown): unknown {
  return changed(
    given,
    { as: 'format', is: 'const', else: 'compose_from', clears: 'empty_value', slots: 'positions' },
    {
      as: format,
      write: target,
      create: target,
      update: target,
      slots: every(each(row)),
      row: each(row),
      item: row,
    },
  )
}
const filter = (given: unknown): unknown =>
  changed(given, { as: 'format', recheck: 'post_filter', widen: 'widen_days' })
const list = (given: unknown): unknown => changed(given, { action: 'hook' }, { filters: each(filter) })
const verb = (given: unknown): unknown =>
  changed(
    given,
    { then: 'read_back', means: 'delete_effect', replaces: 'overwrites', action: 'hook' },
    { then: () => true },
  )
const backendActions = each(each(given => changed(given, {}, { fields: each(row) })))

/** A model's file. */
export function modelFile(given: unknown): unknown {
  return changed(
    given,
    { skip: 'exclude', via: 'backend_actions' },
    {
      list: value => (Array.isArray(value) ? value.map(list) : list(value)),
      get: verb,
      create: verb,
      update: verb,
      delete: verb,
      fields: each(row),
      via: backendActions,
    },
  )
}

const number = (given: unknown): unknown => changed(given, { as: 'format' })
/** A provider's file. */
export function providerFile(given: unknown): unknown {
  return changed(
    given,
    { clears: 'empty_value', questions: 'connection_config' },
    {
      questions: each(question => changed(question, { is: 'type' })),
      auth: auth => changed(auth, {}, { oauth2: oauth2 => changed(oauth2, { keep: 'capture' }) }),
      limits: limits => changed(limits, {}, { reset: number, window: number }),
      errors: errors => changed(errors, {}, { rows: every(failure => changed(failure, { is: 'error' })) }),
    },
  )
}
