import { change, everywhere, type Json, lists, listsOf, type Mistake, typo } from './plant.ts'

/** Requests that are well formed and ask for something else. */
export const requests: readonly Mistake[] = [
  {
    kind: 'wrong escape',
    plant: good =>
      everywhere(good, ['list'], value =>
        typeof value === 'string' && /:(single|double|doubled)\}/.test(value)
          ? value.replace(/:(single|double|doubled)\}/, (_, name) => (name === 'single' ? ':double}' : ':single}'))
          : undefined,
      ),
  },
  {
    kind: 'wrong cursor path',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        (['cursor', 'url'] as const).flatMap(kind =>
          list.page?.[kind] === undefined
            ? []
            : [
                change(
                  good,
                  `/list/${i}/page/${kind}`,
                  file => ((listsOf(file)[i]!.page as Json)[kind] = typo(list.page![kind]!)),
                ),
              ],
        ),
      ),
  },
  {
    kind: 'paging forgotten',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.page ? [change(good, `/list/${i}/page`, file => delete listsOf(file)[i]!.page)] : [],
      ),
  },
  {
    kind: 'page starts at the wrong number',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        (['offset', 'number'] as const).flatMap(kind =>
          list.page?.[kind] === undefined
            ? []
            : [
                change(
                  good,
                  `/list/${i}/page/${kind}`,
                  file => ((listsOf(file)[i]!.page as Json)[kind] = 1 - list.page![kind]!),
                ),
              ],
        ),
      ),
  },
  {
    kind: 'keyset without its order',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.page?.last?.sort
          ? [
              change(
                good,
                `/list/${i}/page/last/sort`,
                file => delete ((listsOf(file)[i]!.page as Json).last as Json).sort,
              ),
            ]
          : [],
      ),
  },
  {
    kind: 'wrong `records` path',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.records === undefined
          ? []
          : [change(good, `/list/${i}/records`, file => (listsOf(file)[i]!.records = typo(list.records!)))],
      ),
  },
  {
    kind: 'wrong `record` path',
    plant: good =>
      (['get', 'create', 'update'] as const).flatMap(verb =>
        good.file[verb]?.record === undefined
          ? []
          : [change(good, `/${verb}/record`, file => ((file[verb] as Json).record = typo(good.file[verb]!.record!)))],
      ),
  },
  {
    kind: 'wrong `max`',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        // A caller gets 200 records at most: a maximum that is too large shows only below that.
        list.max === undefined || list.max >= 200
          ? []
          : [change(good, `/list/${i}/max`, file => (listsOf(file)[i]!.max = 200))],
      ),
  },
  {
    kind: 'wrong property in a filter',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        Object.entries(Array.isArray(list.filters) ? {} : (list.filters ?? {})).map(([name, filter]) =>
          change(good, `/list/${i}/filters/${name}`, file => {
            const filters = listsOf(file)[i]!.filters as Json
            const text = JSON.stringify(filter)
            const spoil = (word: string) => `${word.slice(0, -1)}_`
            const other = text.startsWith('"')
              ? text.replace(/^"(\W*)(\w+)/, (_, marks: string, word: string) => `"${marks}${spoil(word)}`)
              : text.includes('"propertyName"')
                ? text.replace(/("propertyName":")(\w+)/, (_, start: string, word: string) => start + spoil(word))
                : text.replace(
                    /("(?:clause|query)":\{?"\W*)(\w+)/,
                    (_, start: string, word: string) => start + spoil(word),
                  )
            filters[name] = JSON.parse(other)
          }),
        ),
      ),
  },
  {
    kind: 'wrong words for the directions',
    plant: good =>
      lists(good.file).flatMap((list, i) =>
        list.directions
          ? [
              change(
                good,
                `/list/${i}/directions`,
                file => (listsOf(file)[i]!.directions = { asc: list.directions!.desc, desc: list.directions!.asc }),
              ),
            ]
          : [],
      ),
  },
]

/** The same in the provider's own file. */
export const providerMistakes: readonly Mistake[] = [
  {
    kind: 'wrong failure row',
    plant: good =>
      (good.provider.errors?.rows ?? []).map((row, i) =>
        change(good, `/errors/rows/${i} ${JSON.stringify(row.when ?? row.status)}`, (_, provider) => {
          const rows = (provider.errors as Json).rows as Json[]
          // Another problem to the caller: `page-limit` is the same one as `invalid`.
          rows[i]!.error = row.error === 'invalid' || row.error === 'page-limit' ? 'conflict' : 'invalid'
        }),
      ),
  },
  {
    kind: 'wrong place of the failure’s text',
    plant: good => [
      change(good, '/errors/message', (_, provider) => {
        const errors = (provider.errors ?? {}) as Json
        errors.message = 'no.such.place'
        provider.errors = errors
      }),
    ],
  },
]
