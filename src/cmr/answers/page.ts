import { z } from 'zod'
import { isObject } from '../json.ts'
import { number } from './values.ts'

/** One page of a list. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  /** Counted from 1, where CMR says which one it is. */
  readonly page?: number | undefined
  /** How many there are, where CMR counts them. */
  readonly totalPages?: number | undefined
  /** Rows of all pages, where CMR counts them. */
  readonly total?: number | undefined
  /** Rows of CMR's that could not be read, such as one without its id, and are missing; only where there are any. */
  readonly unreadable?: number | undefined
  /** The rows of all pages, where the list was read whole. */
  readonly all?: readonly Row[] | undefined
}

/**
 * A list, bare or inside an object. Which of the two CMR answers differs between its endpoints and its pages do not
 * say it of all.
 * @param name the list's in an object; where there is none of that name, the first list counts
 */
export const pageOf = <Row extends z.ZodType>(row: Row, name: string) =>
  z.preprocess(
    (data) => readableIn(pageIn(data, name), row),
    z.object({
      rows: z.array(row),
      page: number,
      totalPages: number,
      total: number,
      unreadable: z.number().optional(),
    }),
  )

/**
 * Leaves out rows that cannot be read, and counts them. Where none can be read, the answer is not what it is taken for,
 * and an empty list would say that CMR has nothing.
 */
function readableIn(page: unknown, row: z.ZodType): unknown {
  if (!isObject(page) || !Array.isArray(page.rows)) return page
  const rows = page.rows.filter((one) => row.safeParse(one).success)
  const unreadable = page.rows.length - rows.length
  return unreadable === 0 || rows.length === 0 ? page : { ...page, rows, unreadable }
}

/** Returns how many rows of an answer could not be read; 0 where it is no list. */
export function unreadableIn(data: unknown): number {
  return isObject(data) && Array.isArray(data.rows) ? Number(data.unreadable ?? 0) : 0
}

function pageIn(data: unknown, name: string) {
  if (Array.isArray(data)) return { rows: withoutGaps(data) }
  if (data === null || data === undefined) return { rows: [] }
  if (!isObject(data)) return data
  const list = name in data ? data[name] : Object.values(data).find(Array.isArray)
  const { pagination: told, ...others } = data
  const pagination = isObject(told) ? told : {}
  // A list that stands somewhere else is not an empty one: subscriptions would seem to be gone.
  if (list === undefined && Object.values(others).some(isObject)) return data
  // `nextPage` is not read: the documented example has nextPage 2 of 1 page ("Get All Subscriptions").
  return {
    rows: Array.isArray(list) ? withoutGaps(list) : (list ?? []),
    page: data.currentPage ?? pagination.currentPage,
    totalPages: pagesFor(list, data.totalPages ?? pagination.totalPages),
    total:
      data.total ??
      data.totalUsers ??
      data.totalCount ??
      data.totalDomains ??
      data.totalSearchedCount ??
      pagination.totalSearchedCount,
  }
}

/** A row that is null says nothing, and must not make its neighbors unreadable. */
const withoutGaps = (list: readonly unknown[]) => list.filter((row) => row !== null)

/** Returns how many pages CMR counts: rows stand on one at least. */
function pagesFor(list: unknown, totalPages: unknown): unknown {
  return Number(totalPages) < 1 && Array.isArray(list) && list.length > 0 ? undefined : totalPages
}

/** Returns whether another page follows one that is shown; where CMR counts none, a full page may have a next one. */
export function hasNextPage(
  { rows, totalPages }: Pick<Page<unknown>, 'rows' | 'totalPages'>,
  shown: { readonly page: number; readonly limit: number },
): boolean {
  return totalPages === undefined ? rows.length >= shown.limit : shown.page < totalPages
}

/**
 * Reads page after page, from 1 to the last one that CMR counts. Where it counts none, until a page is empty or comes
 * again: it may give fewer rows a page than it was asked for, so a short page proves nothing.
 * @param read reads one page
 * @param most pages that are read at most
 */
export async function* readPages<Row>(
  read: (page: number) => Promise<Pick<Page<Row>, 'rows' | 'totalPages'>>,
  most: number,
): AsyncGenerator<readonly Row[], void, void> {
  let before: string | undefined
  for (let page = 1; page <= most; page++) {
    const { rows, totalPages } = await read(page)
    const first = JSON.stringify(rows[0])
    if (rows.length === 0 || (totalPages === undefined && first === before)) return
    yield rows
    if (totalPages !== undefined && page >= totalPages) return
    before = first
  }
}
