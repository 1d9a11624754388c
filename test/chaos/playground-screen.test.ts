import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Playground, startPlayground } from '../../src/playground/playground.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { haveChromium, launchChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { enterToAnswer, fillChannel, snapshotOf } from '../support/playground.ts'

const DAY_MS = 86_400_000

// How fast it is in milliseconds, `bench/playground.ts` tells on a quiet machine.
describe.runIf(haveChromium())('the screen of the playground', () => {
  let playground: Playground
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    playground = await startPlayground({ port: 0, startSandbox })
    browser = await launchChromium()
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } })
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
  })
  afterAll(async () => {
    await browser?.close()
    await playground?.close()
  })

  async function say(line: string) {
    const composer = page.getByRole('combobox', { name: 'Message #ops' })
    await composer.fill(line)
    await composer.press('Enter')
  }

  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))

  test('the first screen says in two lines what this is, and offers three things to try', async () => {
    const welcome = page.locator('.welcome')
    expect(await welcome.locator('p').allTextContents()).toEqual([
      expect.stringMatching(/real bot.*stand-in for Slack.*made-up CMR/),
      expect.stringMatching(/costs money.*type \/ for examples/),
    ])
    for (const line of await welcome.locator('p').all()) {
      const lines = await line.evaluate(
        (one) => one.clientHeight / Number.parseFloat(getComputedStyle(one).lineHeight),
      )
      expect(lines).toBeLessThan(1.5)
    }
    expect(await welcome.getByRole('button').count()).toBe(3)
    expect(await focused()).toBe('Message #ops')
    await welcome.getByRole('button', { name: /renews next/ }).click()
    await page.getByRole('article').getByText(/renew/i).first().waitFor()
    expect(await focused()).toBe('Message #ops')
  })

  test('“Add funds” leads to a page that tops the sandbox’s wallet up, and the bot sees it', async () => {
    const wallet = async () => (await fetch(`${playground.url}/bridge/sandbox/wallet`)).json()
    const before = await wallet()
    await page.getByRole('button', { name: 'cmr-alerts' }).click()
    await fetch(`${playground.url}/bridge/sandbox/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'subscription.past_due' }),
    })
    const [opened] = await Promise.all([
      page.waitForEvent('popup'),
      page.getByRole('article').getByRole('button', { name: 'Add funds' }).first().click(),
    ])
    await opened.getByRole('button', { name: 'Add $500' }).click()
    await opened.getByText('$500.00 added.').waitFor()
    const after = await wallet()
    expect(after.cents - before.cents).toBe(50_000)
    const moved = after.transactions.map(({ amount }: { amount: string }) => Math.round(Number(amount) * 100))
    expect(moved.reduce((sum: number, one: number) => sum + one, 0)).toBe(after.cents)
    await opened.close()
    await page.getByRole('button', { name: 'ops', exact: false }).first().click()
  })

  test('with 500 messages few are drawn, and answers come as soon as with few', {
    timeout: 240_000,
  }, async () => {
    const few = await enterToAnswer(page)
    await fillChannel(playground.url, 500)
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
    await page.getByRole('article').last().waitFor()
    expect(await page.getByRole('article').count()).toBeLessThan(60)
    const many = await enterToAnswer(page)
    // A busy machine is slow at both; without the drawing of a few only, the second was a hundred times the first.
    expect(many).toBeLessThan(Math.max(3 * few, 600))
  })

  test('older messages come as one scrolls back, and new ones do not take one away', async () => {
    const list = page.getByRole('log')
    const drawn = () => page.getByRole('article').count()
    const before = await drawn()
    await eventually(async () => {
      await list.evaluate((one) => one.scrollTo(0, 0))
      expect(await drawn()).toBeGreaterThan(before)
    })
    const top = () => list.evaluate((one) => Math.round(one.scrollTop))
    await expect.poll(top).toBeGreaterThan(200)
    const read = await top()
    await fillChannel(playground.url, 1)
    await page.waitForTimeout(300)
    expect(await top()).toBe(read)
  })

  test('Tab reaches the composer within twenty stops, arrow keys go from message to message', async () => {
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
    await page.getByRole('article').last().waitFor()
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    let stops = 0
    do {
      await page.keyboard.press('Tab')
      stops++
    } while (stops < 50 && (await focused()) !== 'Message #ops')
    expect(stops).toBeLessThanOrEqual(20)
    const inView = async () =>
      page.evaluate(() => {
        const here = document.activeElement?.closest('article')
        const list = here?.closest('.messages')
        if (!here || !list) return undefined
        const articles = [...list.querySelectorAll('article')]
        const [frame, box] = [list.getBoundingClientRect(), here.getBoundingClientRect()]
        return {
          at: articles.length - articles.indexOf(here),
          isSeen: box.bottom > frame.top && box.top < frame.bottom,
        }
      })
    await page.getByRole('article').last().focus()
    for (let at = 0; at < 60; at++) await page.keyboard.press('ArrowUp')
    await expect.poll(inView).toMatchObject({ isSeen: true })
    expect((await inView())?.at).toBeGreaterThan(3)
  })

  test('a list of suggestions scrolls with the arrow keys', async () => {
    const composer = page.getByRole('combobox', { name: 'Message #ops' })
    await composer.fill('/')
    for (let at = 0; at < 12; at++) await composer.press('ArrowDown')
    const examples = page.getByRole('listbox', { name: 'Examples' })
    const list = await examples.boundingBox()
    const picked = await examples.getByRole('option', { selected: true }).boundingBox()
    expect((picked?.y ?? 0) + (picked?.height ?? 0)).toBeLessThanOrEqual(
      (list?.y ?? 0) + (list?.height ?? 0) + 1,
    )
    await composer.press('Escape')
  })

  /** What stands in a channel, oldest first, with the day of the playground's clock on which it came. */
  async function alertsByDay() {
    const { messages, channels } = await snapshotOf(playground.url)
    const alerts = channels.find(({ name }) => name === 'cmr-alerts')?.id
    return messages
      .filter(({ channel }) => channel === alerts)
      .toSorted((a, b) => Number(a.ts) - Number(b.ts))
      .map(({ at = '', text }) => ({ day: at.slice(0, 10), text }))
  }

  const clock = () => page.getByRole('region', { name: 'Clock' })
  const shown = async () => new Date((await clock().locator('output').textContent()) ?? '').getTime()

  test('one clock: a week later CMR has renewed, the bot has reminded day by day, and looks ahead from then', async () => {
    const before = await shown()
    await clock().getByRole('button', { name: '+7 d' }).click()
    await expect.poll(shown, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 7 * DAY_MS - 60_000)
    await expect.poll(() => clock().getByRole('progressbar').count()).toBe(0)
    const told = await alertsByDay()
    const days = told.map(({ day }) => day)
    expect(days).toEqual(days.toSorted())
    expect(new Set(days).size).toBeGreaterThan(3)
    expect(told.some(({ text }) => /subscriptions? renewed/.test(text))).toBe(true)
    const { now } = await (await fetch(`${playground.url}/bridge/sandbox/state`)).json()
    const day = (month: 'long' | 'short') =>
      new Date(now).toLocaleDateString('en-US', { month, day: 'numeric', timeZone: 'UTC' })
    const answerHas = (text: string) =>
      eventually(async () => {
        const { messages } = await snapshotOf(playground.url)
        expect(JSON.stringify(messages.findLast(({ ephemeralFor }) => ephemeralFor)?.blocks)).toContain(text)
      })
    await say('/cmr digest show')
    await answerHas(`, ${day('long')}"`)
    await say('/cmr renewals')
    await answerHas(`"data":[{"label":"${day('short')}"`)
  })

  test('the clock goes to the next renewal, which has happened then', async () => {
    const { nextRenewal } = await (await fetch(`${playground.url}/bridge/sandbox/state`)).json()
    await clock().getByRole('button', { name: 'To the next renewal' }).click()
    const isOver = async () => {
      const state = await (await fetch(`${playground.url}/bridge/sandbox/state`)).json()
      return state.now > nextRenewal.at && state.nextRenewal.at > nextRenewal.at
    }
    await expect.poll(isOver, { timeout: 20_000 }).toBe(true)
    await expect.poll(() => clock().getByRole('progressbar').count()).toBe(0)
  })

  test('400 days pass one by one while the page goes on to answer, and can be stopped', async () => {
    await clock().getByRole('button', { name: '+400 d' }).click()
    await clock().getByRole('progressbar').waitFor()
    const began = await shown()
    const composer = page.getByRole('combobox', { name: 'Message #ops' })
    await composer.fill('')
    await composer.pressSequentially('still here')
    expect(await composer.inputValue()).toBe('still here')
    await composer.fill('')
    await expect.poll(shown, { timeout: 60_000 }).toBeGreaterThan(began + 3 * DAY_MS)
    await clock().getByRole('button', { name: 'Stop here' }).click()
    await clock().getByRole('button', { name: '+400 d' }).waitFor()
    const days = (await alertsByDay()).map(({ day }) => day)
    expect(days).toEqual(days.toSorted())
    expect(await shown()).toBeLessThan(began + 400 * DAY_MS)
  })
})
