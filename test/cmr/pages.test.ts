import { expect, test } from 'vitest'
import { z } from 'zod'
import { hasNextPage, pageOf, readPages } from '../../src/cmr/answers/page.ts'

const pages = pageOf(z.unknown(), 'rows')

test.each([
  [{ totalPages: 3 }, 3],
  [{ totalPages: '3' }, 3],
  [{ pagination: { totalPages: 1, nextPage: 2 } }, 1],
  [{ pagination: { nextPage: 2 } }, undefined],
  [{ totalPages: null }, undefined],
  [{ totalPages: 0, rows: [] }, 0],
  [{ totalPages: 0, rows: [1] }, undefined],
  [[], undefined],
  [null, undefined],
])('%j counts %s pages', (data, total) => expect(pages.parse(data).totalPages).toBe(total))

test('nextPage is not to be trusted: the documented example has nextPage 2 of 1 page', () => {
  const shown = { page: 1, limit: 20 }
  const rows = Array.from({ length: 20 }, (_, at) => at)
  expect(hasNextPage(pages.parse({ rows, pagination: { nextPage: 2, totalPages: 1 } }), shown)).toBe(false)
  expect(hasNextPage(pages.parse({ rows, pagination: { nextPage: null, totalPages: 2 } }), shown)).toBe(true)
})

/** CMR with so many rows, which gives `size` of them a page whatever it is asked for. */
function list({ rows, size, total }: { rows: number; size: number; total?: number }) {
  const asked: number[] = []
  const ask = async (page: number) => {
    asked.push(page)
    const from = Math.min((page - 1) * size, rows)
    const some = Array.from({ length: Math.min(size, rows - from) }, (_, at) => from + at)
    return pages.parse({ rows: some, totalPages: total, pagination: { nextPage: page + 1 } })
  }
  return { asked, ask }
}

test.each([
  ['CMR counts its pages', { rows: 130, size: 50, total: 3 }, [1, 2, 3]],
  ['it counts none, and gives fewer rows than asked for', { rows: 130, size: 50 }, [1, 2, 3, 4]],
  ['there is one page', { rows: 7, size: 50, total: 1 }, [1]],
  ['there is nothing', { rows: 0, size: 50, total: 1 }, [1]],
])('every row is read once where %s', async (_, given, wanted) => {
  const { ask, asked } = list(given)
  const read = (await Array.fromAsync(readPages(ask, 500))).flat()
  expect(read).toEqual(Array.from({ length: given.rows }, (_, at) => at))
  expect(asked).toEqual(wanted)
})

test('a list that ignores the page is read once', async () => {
  let asked = 0
  const ask = async () => {
    asked++
    return pages.parse(['a', 'b'])
  }
  expect((await Array.fromAsync(readPages(ask, 500))).flat()).toEqual(['a', 'b'])
  expect(asked).toBe(2)
})
