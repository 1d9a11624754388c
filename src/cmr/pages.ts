import type { Page } from './answers/page.ts'

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
