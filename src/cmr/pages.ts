/**
 * How many pages CMR says there are: `totalPages`, of its own or inside `pagination`. `nextPage` is not read: the
 * documented example has nextPage 2 of 1 page ("Get All Subscriptions").
 * @param data of an answer
 * @returns nothing where CMR does not say
 */
export function totalPagesIn(data: unknown): number | undefined {
  const { totalPages, pagination } = (data ?? {}) as {
    readonly totalPages?: unknown
    readonly pagination?: { readonly totalPages?: unknown } | null
  }
  const said = totalPages ?? pagination?.totalPages
  const total = typeof said === 'string' && said.trim() !== '' ? Number(said) : said
  return typeof total === 'number' && Number.isFinite(total) ? total : undefined
}

/** Whether another page follows one that is shown; where CMR counts none, a full page may have a next one. */
export function hasNextPage(data: unknown, shown: { page: number; rows: number; limit: number }): boolean {
  const total = totalPagesIn(data)
  return total === undefined ? shown.rows >= shown.limit : shown.page < total
}

/**
 * Reads page after page, from 1 to the last one that CMR counts. Where it counts none, until a page is empty or comes
 * again: it may give fewer rows a page than it was asked for, so a short page proves nothing.
 * @param ask reads one page
 * @param most pages that are read at most
 */
export async function* readPages<Row>(
  ask: (page: number) => Promise<{ readonly rows: readonly Row[]; readonly data: unknown }>,
  most: number,
): AsyncGenerator<readonly Row[], void, void> {
  let before: string | undefined
  for (let page = 1; page <= most; page++) {
    const { rows, data } = await ask(page)
    const total = totalPagesIn(data)
    const first = JSON.stringify(rows[0])
    if (rows.length === 0 || (total === undefined && first === before)) return
    yield rows
    if (total !== undefined && page >= total) return
    before = first
  }
}
