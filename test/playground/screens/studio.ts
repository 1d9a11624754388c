import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'

/** What every journey is handed. */
export interface Studio {
  /** What the sandbox holds of one kind. */
  rows(kind: string): Promise<Record<string, string>[]>
  /** Tells the sandbox to do something. */
  tell(path: string, body: object): Promise<void>
  /** A picture once nothing moves any more. */
  take(page: Page, name: string): Promise<void>
  /** A picture of the page as it is. */
  snap(page: Page, name: string): Promise<void>
}

/** Everything of one kind that people see; one file each. */
export type Journey = (page: Page, studio: Studio) => Promise<void>

export function openStudio(url: string, directory: string): Studio {
  const path = (page: Page, name: string) => join(directory, `${name}-${widthOf(page)}.png`)
  return {
    rows: async (kind) => (await fetch(`${url}/bridge/sandbox/${kind}`)).json(),
    async tell(path, body) {
      const headers = { 'content-type': 'application/json' }
      await fetch(`${url}/bridge/sandbox/${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    },
    async snap(page, name) {
      await page.screenshot({ path: path(page, name) })
    },
    async take(page, name) {
      const dialog = page.getByRole('dialog')
      await settled(page)
      const shown = (await dialog.count()) ? dialog : page
      await shown.screenshot({ path: path(page, name) })
    },
  }
}

export const widthOf = (page: Page): number => page.viewportSize()?.width ?? 0

async function settled(page: Page) {
  const dialog = page.getByRole('dialog')
  for (let before = ''; ; await sleep(350)) {
    const shown = (await dialog.count()) ? dialog : page.locator('main')
    const now = (await shown.textContent()) ?? ''
    if (now === before && !/Asking CMR|Sending to CMR|Reading the file|Searching…/.test(now)) return
    before = now
  }
}

/** A picture of all that was said in the channel. */
export async function takeAll(page: Page, name: string, { take }: Studio) {
  const { width = 0, height = 0 } = page.viewportSize() ?? {}
  const all = await page.locator('.messages').evaluate((list) => list.scrollHeight)
  await page.setViewportSize({ width, height: all + 300 })
  await take(page, name)
  await page.setViewportSize({ width, height })
}

export async function go(page: Page, name: RegExp) {
  const tab = page.getByRole('button', { name: 'Channels', exact: true })
  if (await tab.isVisible()) await tab.click()
  await page.getByRole('button', { name }).first().click()
}

export async function say(page: Page, line: string) {
  const composer = page.getByRole('combobox', { name: /^Message / })
  await composer.fill(line)
  await composer.press('Escape')
  await composer.fill(line)
  await composer.press('Enter')
  await page.getByText(/Acknowledged in/).waitFor()
}

export async function closeForm(page: Page) {
  const close = page.getByRole('dialog').getByRole('button', { name: 'Close' }).first()
  while (await close.isVisible()) {
    await close.click()
    await sleep(100)
  }
}

/** Takes the first of what a form asks to choose from. */
async function chooseFirst(page: Page) {
  for (const label of [/^Record/, /^Login$/]) {
    const picker = page.getByRole('dialog').getByRole('combobox', { name: label })
    if (!(await picker.count()) || (await picker.inputValue())) continue
    await picker.click()
    await page.getByRole('dialog').getByRole('option').first().click()
    await settled(page)
  }
}

/** Submits whatever comes until nothing is asked any more, typing names that have to be typed. */
export async function submitAll(page: Page, name: string, { take }: Studio) {
  for (let step = 1; step < 6 && (await page.getByRole('dialog').isVisible()); step++) {
    await take(page, `${name}-${step}`)
    await chooseFirst(page)
    const typed = page.getByRole('dialog').getByLabel(/^Type .* to confirm/)
    if (await typed.count()) {
      const label = await page.getByText(/^Type .* to confirm/).textContent()
      const [, wanted = ''] = /^Type (.*) to confirm/.exec(label ?? '') ?? []
      await typed.fill(wanted)
    }
    const submit = page.getByRole('dialog').locator('button[type=submit]')
    if (!(await submit.count())) break
    await submit.click()
    await sleep(600)
  }
  await closeForm(page)
}
