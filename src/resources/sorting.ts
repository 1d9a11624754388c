import { hasNextPage, type Page, readPages } from '../cmr/answers/page.ts'
import type { CmrApi } from '../cmr/client.ts'
import type { Answer, Endpoint } from '../cmr/endpoint.ts'
import type { Values } from '../commands/field.ts'
import { pageOfAll } from '../commands/paging.ts'
import { counted, upperFirst } from '../slack/blocks.ts'
import type { ListPlace } from '../slack/list.ts'

/** Returns below 0 where the first of two rows stands before the second. */
export type RowOrder<Row> = (a: Row, b: Row) => number

/** "domain2.com" stands before "domain10.com", and "Äcme" among those with A. */
const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Orders rows by a name; those without one come last. */
export function byName<Row>(nameOf: (row: Row) => string | undefined): RowOrder<Row> {
  return (a, b) => {
    const [one, other] = [nameOf(a), nameOf(b)]
    if (!one || !other) return Number(!one) - Number(!other)
    return compare(one, other)
  }
}

/** Orders rows by a moment, the earliest first; those without one come last. */
export function byTime<Row>(timeOf: (row: Row) => string | undefined): RowOrder<Row> {
  const millisecondsOf = (row: Row) => {
    const parsed = Date.parse(timeOf(row) ?? '')
    return Number.isNaN(parsed) ? Number.POSITIVE_INFINITY : parsed
  }
  return byNumber(millisecondsOf)
}

/** Orders rows by a number, the smallest first. */
export function byNumber<Row>(numberOf: (row: Row) => number): RowOrder<Row> {
  return (a, b) => {
    const [one, other] = [numberOf(a), numberOf(b)]
    return one === other ? 0 : one - other
  }
}

/** Orders rows by the first of these that tells two of them apart. */
export function inOrder<Row>(...orders: readonly RowOrder<Row>[]): RowOrder<Row> {
  return (a, b) => {
    for (const order of orders) {
      const told = order(a, b)
      if (told !== 0) return told
    }
    return 0
  }
}

/** "limit 20 by default and 100 at most". */
const DEFAULT_LIMIT = 20
const MOST_LIMIT = 100
/** Requests that a list may take to be read whole: a second, at CMR's pace. */
const MOST_REQUESTS = 5

/**
 * Reads a page of a list that CMR gives in an order of its own. A list of few pages is read whole, so that its order
 * holds across the pages that people turn, and so that it can be counted and summed up; of a longer one each of CMR's
 * pages is ordered by itself, as is one whose `limit` somebody has named: CMR is asked for just that.
 * @param query with the page and the rows of it that people want
 * @param limit rows of a page where nobody has named another number
 * @throws CmrError
 */
export async function sortedPage(
  cmr: CmrApi,
  endpoint: Endpoint,
  query: Values,
  order: RowOrder<unknown>,
  limit = DEFAULT_LIMIT,
): Promise<Answer<unknown>> {
  let unreadable = 0
  const ask = async (page: number, most: number) => {
    const asked = { query: { ...query, page, limit: most } }
    const read = (await cmr.call(endpoint, asked, { takesPartial: true })).data as Page<unknown>
    unreadable += read.unreadable ?? 0
    return read
  }
  const rest = { message: '', refused: [] }
  const all = query.limit === undefined ? await wholeList(ask) : undefined
  if (all) return { ...rest, data: { ...orderedPage(all, { limit, ...query }, order), unreadable } }
  const page = Number(query.page ?? 1)
  const wanted = await ask(page, Number(query.limit ?? limit))
  return { ...rest, data: { ...wanted, page, rows: [...wanted.rows].sort(order) } }
}

/** Reads a list whole; nothing where that takes too many requests. */
async function wholeList(
  ask: (page: number, limit: number) => Promise<Page<unknown>>,
): Promise<unknown[] | undefined> {
  const first = await ask(1, MOST_LIMIT)
  const pages = first.totalPages ?? (first.rows.length < MOST_LIMIT ? 1 : undefined)
  if (pages === undefined || pages > MOST_REQUESTS) return undefined
  const read = async (page: number) => (page === 1 ? first : ask(page, MOST_LIMIT))
  return (await Array.fromAsync(readPages(read, pages))).flat()
}

/** Returns how many rows somebody has asked for, but no more than are shown at once; nothing where they named no number. */
export function limitOf(limit: unknown, most: number): { readonly limit?: number } {
  return limit === undefined ? {} : { limit: Math.min(Number(limit), most) }
}

/** Returns one page of rows that were read whole; behind the last page comes the last one. */
export function orderedPage<Row>(
  rows: readonly Row[],
  { page = 1, limit = DEFAULT_LIMIT }: Values,
  order?: RowOrder<Row>,
): Page<Row> {
  const all = order ? [...rows].sort(order) : rows
  const { rows: shown, place } = pageOfAll(all, Number(page), Number(limit))
  return { rows: shown, page: place.page, totalPages: place.pages, total: all.length, all }
}

/** Returns where a page of CMR's stands among the others. */
export function placeOfPage(list: Page<unknown>, { page = 1, limit = DEFAULT_LIMIT }: Values): ListPlace {
  const shown = { page: list.page ?? Number(page), limit: Number(limit) }
  return { page: shown.page, pages: list.totalPages, more: hasNextPage(list, shown) }
}

/** Says of a list that is too long to be read whole that each of its pages is ordered by itself; else nothing. */
export function orderNote({ all, totalPages = 1 }: Page<unknown>, order: string): string | undefined {
  return all || totalPages === 1 ? undefined : `Each page is sorted ${order}; CMR decides what is on it.`
}

/** Returns "37 domains" for a list, or "Domains" where it is long and CMR does not say how many there are. */
export function countedIn({ total, all }: Page<unknown>, one: string, many = `${one}s`): string {
  const count = total ?? all?.length
  return count === undefined ? upperFirst(many) : counted(count, one, many)
}
