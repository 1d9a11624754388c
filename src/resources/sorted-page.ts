import type { Page } from '../cmr/answers/page.ts'
import type { CmrApi } from '../cmr/client.ts'
import type { Answer, Endpoint } from '../cmr/endpoint.ts'
import { hasNextPage, readPages } from '../cmr/pages.ts'
import type { Values } from '../commands/field.ts'
import { counted } from '../slack/blocks.ts'
import type { ListPlace } from '../slack/list.ts'
import type { RowOrder } from './sorting.ts'

/** "limit 20 by default and 100 at most". */
const DEFAULT_LIMIT = 20
const MOST_LIMIT = 100
/** Requests that a list may take to be read whole: a second, at CMR's pace. */
const MOST_REQUESTS = 5

/**
 * Reads a page of a list that CMR gives in an order of its own. A list of few pages is read whole, so that its order
 * holds across the pages that people turn, and so that it can be counted and summed up; of a longer one each of CMR's
 * pages is ordered by itself.
 * @param query with the page and the rows of it that people want
 * @throws CmrError
 */
export async function sortedPage(
  cmr: CmrApi,
  endpoint: Endpoint,
  query: Values,
  order: RowOrder<unknown>,
): Promise<Answer<unknown>> {
  const ask = (page: number, limit: number) => cmr.call(endpoint, { query: { ...query, page, limit } })
  const rest = { message: '', refused: [] }
  const first = (await ask(1, MOST_LIMIT)).data as Page<unknown>
  const pages = first.totalPages ?? (first.rows.length < MOST_LIMIT ? 1 : undefined)
  if (pages !== undefined && pages <= MOST_REQUESTS) {
    const read = async (page: number) =>
      page === 1 ? first : ((await ask(page, MOST_LIMIT)).data as typeof first)
    const all = (await Array.fromAsync(readPages(read, pages))).flat()
    return { ...rest, data: pageOfAll(all, query, order) }
  }
  const { page = 1, limit = DEFAULT_LIMIT } = query
  const wanted = (await ask(Number(page), Number(limit))).data as Page<unknown>
  return { ...rest, data: { ...wanted, page: Number(page), rows: [...wanted.rows].sort(order) } }
}

/** Returns one page of rows that were read whole; behind the last page comes the last one. */
export function pageOfAll<Row>(
  rows: readonly Row[],
  { page = 1, limit = DEFAULT_LIMIT }: Values,
  order?: RowOrder<Row>,
): Page<Row> {
  const most = Number(limit)
  const all = order ? [...rows].sort(order) : rows
  const totalPages = Math.max(1, Math.ceil(all.length / most))
  const at = Math.min(Number(page), totalPages)
  return {
    rows: all.slice((at - 1) * most, at * most),
    page: at,
    totalPages,
    total: all.length,
    all,
  }
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
  return count === undefined ? many.charAt(0).toUpperCase() + many.slice(1) : counted(count, one, many)
}
