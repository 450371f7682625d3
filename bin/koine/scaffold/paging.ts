// How a list is walked through: which parameters ask for a page, and where the answer names the next one.
import type { Page } from '../../../src/mapping/schema/index.ts'
import { byWords, type Input, inputNamed, inputsOf, isNumber } from './inputs.ts'
import type { Place } from './record-place.ts'
import { type Node, nodesOf, pathText, type Shape } from './shape.ts'
import { type Operation, successOf } from './specification.ts'

export interface Paging {
  /** What the query or the body asks with. */
  readonly asked: Readonly<Record<string, string>>
  readonly page: Page | undefined
  readonly max: number | undefined
  /** What the specification leaves open, for a person. */
  readonly open: readonly string[]
}

const LIMITS = 'limit perpage pagesize maxresults pagelimit resultsperpage recordsperpage top count size first take'
const CURSORS =
  'cursor after startingafter startafter pagetoken nextpagetoken continuationtoken pagecursor pageafter nextcursor ' +
  'startcursor scrollparam next'
const OFFSETS = 'offset skip start startat startindex pageoffset startposition'
const PAGES = 'page pagenumber pageno currentpage pagenum'
const NEXT_CURSORS =
  'nextcursor nextpagetoken pagingnextafter pagesnextstartingafter nextstartingafter metanextcursor endcursor ' +
  'cursorsafter nextpageoffset continuationtoken scrollparam cursor nextpage nextoffset aftercursor next'
const NEXT_URLS =
  'odatanextlink linksnext nextlink nexturl nextpageurl pagingnextlink nextpageuri metanext nextpage next'
const MORES = 'hasmore hasnextpage hasnext morerecords moreitemsincollection hasmoreitems'
/** How deep the answer may name the next page: `paging.next.after`. */
const DEEP = 4

/** The largest page, where a schema or the words beside it say so. */
function maxOf({ shape, description }: Input): number | undefined {
  if (shape.maximum !== undefined) return shape.maximum
  const said = `${description} ${shape.description}`.replaceAll(',', '')
  const ways = [
    /max[^.\d]{0,60}?(\d{2,5})/i,
    /(?:between|from) \d+ (?:and|to) (\d{2,5})/i,
    /(?:up to|at most|no more than) (\d{2,5})/i,
  ]
  const [found] = ways.flatMap(way => way.exec(said)?.[1] ?? [])
  return found === undefined ? undefined : Number(found)
}

const isScalar = ({ type }: Shape): boolean => type === 'string' || type === 'integer' || type === undefined
const isAddress = ({ type, format, example, description }: Shape): boolean =>
  type === 'string' &&
  (/uri|url/.test(format) || /^https?:/.test(String(example)) || /\b(url|uri|link)\b/i.test(description))

/** The path of a value of an answer by its whole name, by its last two keys, or by its last. */
function pathBy(words: string, nodes: readonly Node[], test: (shape: Shape) => boolean): string | undefined {
  const fitting = nodes.filter(({ shape }) => test(shape))
  const ways = [
    ({ keys }: Node) => keys.join(''),
    ({ keys }: Node) => keys.slice(-2).join(''),
    ({ keys }: Node) => keys.at(-1)!,
  ]
  return ways.flatMap(way => byWords(words, fitting, way) ?? [])[0]?.path
}

/** The page that parameters and answer speak of, with what asks for it; the surest way first. */
function pageOf(operation: Operation, list: Place, hasId: boolean): Pick<Paging, 'asked' | 'page'> | undefined {
  const inputs = inputsOf(operation)
  const { content, headers } = successOf(operation)
  const isBeside = ({ path }: Node) => list.keys.length > 0 && path !== pathText(list.keys)
  const beside = nodesOf(operation.spec, content?.schema, DEEP).filter(isBeside)
  const cursor = cursorOf(inputs)
  const offset = inputNamed(OFFSETS, inputs, isNumber)
  const number = inputNamed(PAGES, inputs, isNumber) ?? inputNamed(PAGES, inputs)
  const next = pathBy(NEXT_CURSORS, beside, shape => isScalar(shape) && !isAddress(shape))
  const url = pathBy(NEXT_URLS, beside, isAddress) ?? pathBy('odatanextlink', beside, isScalar)
  const flag = pathBy(MORES, beside, ({ type }) => type === 'boolean')
  const more = flag === undefined ? {} : { more: { [flag]: true } }
  if (cursor && next !== undefined) return { asked: { [cursor.name]: '{cursor}' }, page: { cursor: next } }
  if (headers.includes('link')) return { asked: {}, page: { link: 'next' } }
  if (cursor && flag !== undefined && hasId)
    return { asked: { [cursor.name]: '{last.id}' }, page: { last: {}, ...more } }
  if (url?.includes('@odata')) return { asked: {}, page: { url } }
  if (offset) {
    const first = offset.shape.minimum === 1 ? 1 : 0
    return { asked: { [offset.name]: '{offset}' }, page: { offset: first, ...more } }
  }
  if (number) {
    const first = number.shape.minimum === 0 || number.shape.default === 0 ? 0 : 1
    return { asked: { [number.name]: '{page}' }, page: { number: first, ...more } }
  }
  return url === undefined ? undefined : { asked: {}, page: { url } }
}
const cursorOf = (inputs: readonly Input[]): Input | undefined =>
  inputNamed(CURSORS, inputs, one => !isNumber(one)) ??
  inputNamed('offset', inputs, ({ shape }) => shape.type === 'string')

/** Finds how a list is paged; `hasId` says whether its records have an `id` to go on behind. */
export function findPaging(operation: Operation, list: Place, hasId: boolean): Paging {
  const inputs = inputsOf(operation)
  const limit = inputNamed(LIMITS, inputs, isNumber) ?? inputNamed(LIMITS, inputs)
  const max = limit && maxOf(limit)
  const found = pageOf(operation, list, hasId)
  const cursor = cursorOf(inputs)
  const none = cursor
    ? `\`${cursor.name}\` asks for a page, and the answer names no next one: write \`page\``
    : 'no parameter and no address of a next page was found: only one page is listed'
  return {
    asked: { ...(limit && { [limit.name]: '{limit}' }), ...found?.asked },
    page: found?.page,
    max,
    open: [
      ...(limit ? [] : ['no parameter for the size of a page was found']),
      ...(limit && max === undefined ? ['the largest page (`max`) is not said'] : []),
      ...(found ? [] : [none]),
    ],
  }
}
