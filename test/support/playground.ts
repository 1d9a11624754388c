import type { Page } from 'playwright-core'
import type { Snapshot } from '../../src/playground/types.ts'

const LINE = '/cmr help orders'

/** Returns what the page knows when it connects. */
export async function snapshotOf(url: string): Promise<Snapshot> {
  const reader = (await fetch(`${url}/bridge/stream`)).body?.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  while (reader && !text.includes('\n\n')) text += (await reader.read()).value ?? ''
  await reader?.cancel()
  return JSON.parse(text.slice(text.indexOf('data: ') + 6).split('\n')[0] ?? '')
}

/** Closes what others have left open: it would lie over the page. */
export async function closeForms(url: string): Promise<void> {
  const { modals } = await snapshotOf(url)
  const headers = { 'content-type': 'application/json' }
  for (const [person, stack] of Object.entries(modals))
    for (const _ of stack)
      await fetch(`${url}/bridge/close`, { method: 'POST', headers, body: JSON.stringify({ person }) })
}

/** Lets the bot answer so many commands in #ops, each with blocks of many lines. */
export async function fillChannel(url: string, count: number): Promise<void> {
  const { people, channels } = await snapshotOf(url)
  const channel = channels.find(({ name }) => name === 'ops')?.id
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ person: people[0]?.id, channel, line: LINE })
  const ask = () => fetch(`${url}/bridge/command`, { method: 'POST', headers, body })
  for (let left = count; left > 0; left -= 10)
    await Promise.all(Array.from({ length: Math.min(10, left) }, ask))
}

/** Returns the milliseconds from Enter until the answer is painted: the median of nine. */
export async function enterToAnswer(page: Page): Promise<number> {
  const took: number[] = []
  for (let round = 0; round < 9; round++) {
    await page.getByRole('combobox', { name: /^Message #/ }).fill(LINE)
    took.push(await page.evaluate(pressEnter))
  }
  return took.toSorted((a, b) => a - b)[4] ?? Number.NaN
}

/** Runs in the page. */
function pressEnter(): Promise<number> {
  const newest = () => [...document.querySelectorAll('article')].at(-1)?.dataset.ts
  const before = newest()
  return new Promise((resolve) => {
    const started = performance.now()
    const observer = new MutationObserver(() => {
      const body = [...document.querySelectorAll('article')].at(-1)?.querySelector('.body')?.textContent
      if (newest() === before || !body) return
      observer.disconnect()
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - started)))
    })
    observer.observe(document.body, { childList: true, subtree: true })
    const enter = { key: 'Enter', bubbles: true, cancelable: true }
    document.querySelector('textarea')?.dispatchEvent(new KeyboardEvent('keydown', enter))
  })
}
