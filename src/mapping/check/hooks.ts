import type { Mapping } from '../compile.ts'
import { listsOf } from '../expand.ts'
import { isObject } from '../path.ts'
import { nearest, type Report } from '../report.ts'
import { recordVerbs } from '../verb.ts'

/** Reports hooks that have no file, and fields that a hook writes where the verb names none. */
export function checkHooks(
  { hooks }: { readonly hooks: readonly string[] },
  { file, table }: Mapping,
  report: Report,
): void {
  const used = [
    ...listsOf(file).map((list, i) => ({ hook: list.hook, pointer: isObject(file.list) ? '/list' : `/list/${i}` })),
    ...recordVerbs.map(verb => ({ hook: file[verb]?.hook, pointer: `/${verb}` })),
  ]
  for (const { hook, pointer } of used)
    if (hook !== undefined && !hooks.includes(hook))
      report(`${pointer}/hook`, `no hook "${hook}"; ${nearest(hook, hooks)}`)
  for (const row of table.rows)
    for (const verb of ['create', 'update'] as const)
      if (row.byHook(verb) && file[verb] && file[verb].hook === undefined)
        report(`${row.pointer}/${verb}`, `"${row.field}" is written by a hook on ${verb}, and ${verb} names none`)
}

/** Places where a file leaves the common road, so that a reviewer sees them together. */
export function hatchesOf(name: string, { file }: Mapping): string[] {
  const text = JSON.stringify(file)
  const lists = listsOf(file)
  const hooks = [...lists, ...recordVerbs.map(verb => file[verb])].flatMap(one => one?.hook ?? [])
  return [
    ...hooks.map(hook => `${name}: hook ${hook}`),
    ...lists.flatMap(list =>
      Object.entries(list.filters ?? {}).flatMap(([filter, spec]) =>
        isObject(spec) && spec.post_filter ? [`${name}: filter ${filter} has a post filter`] : [],
      ),
    ),
    ...(file.update?.overwrites ? [`${name}: update fetches the record first (overwrites)`] : []),
    ...(text.includes('{current.') ? [`${name}: a request reads {current}`] : []),
    ...(file.select?.never ? [`${name}: select.never ${file.select.never.join(', ')}`] : []),
  ]
}
