import { z } from 'zod'
import type { ListPlace } from '../slack/list.ts'
import type { Values } from './field.ts'
import { spokenOf } from './grammar.ts'

/** Which page of a list is wanted; buttons give it. */
export const pageField = z.number().int().min(1).max(100_000).optional().meta({ label: 'Page', hidden: true })

/** Returns which of so many rows a page shows; behind the last page comes the last page. */
export function placeOf(
  total: number,
  page: number,
  size: number,
): ListPlace & { readonly from: number; readonly pages: number } {
  const pages = Math.max(1, Math.ceil(total / size))
  const shown = Math.min(page, pages)
  return { page: shown, pages, more: shown < pages, from: (shown - 1) * size }
}

/** Returns one page of rows that are all there, and where it stands. */
export function pageOfAll<Row>(
  all: readonly Row[],
  page: number,
  size: number,
): { readonly rows: readonly Row[]; readonly place: ListPlace } {
  const { from, ...place } = placeOf(all.length, page, size)
  return { rows: all.slice(from, from + size), place }
}

/**
 * Returns one page of rows of which nobody knows how many there are. They are counted only where the page is behind the
 * last one, in place of which comes the last one.
 * @param rows.read returns so many rows from a place on
 */
export async function pageOfRows<Row>(
  page: number,
  size: number,
  rows: {
    readonly read: (place: { readonly from: number; readonly limit: number }) => Promise<readonly Row[]>
    readonly count: () => Promise<number>
  },
): Promise<{ readonly rows: readonly Row[]; readonly place: ListPlace }> {
  const found = await rows.read({ from: (page - 1) * size, limit: size + 1 })
  if (found.length > 0 || page === 1)
    return { rows: found.slice(0, size), place: { page, more: found.length > size } }
  const { from, ...place } = placeOf(await rows.count(), page, size)
  return { rows: await rows.read({ from, limit: size }), place }
}

/** Returns what shows another page of what was asked for, as a button's value. */
export function turning(given: Values): (page: number) => string {
  return (page) => spokenOf({ ...given, page })
}
