import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Playground, startPlayground } from '../../src/playground/playground.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { haveChromium, launchChromium } from '../support/chromium.ts'

describe.runIf(haveChromium())('the playground in a browser', () => {
  let playground: Playground
  let browser: Browser

  beforeAll(async () => {
    playground = await startPlayground({ port: 0, startSandbox })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser?.close()
    await playground?.close()
  })

  async function visit(width: number): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 860 } })
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
    return page
  }

  async function say(page: Page, line: string) {
    const composer = page.getByRole('combobox', { name: /^Message #/ })
    await composer.fill(line)
    await composer.press('Enter')
  }

  test('I create a user by keyboard, and read the receipt with its id', async () => {
    const page = await visit(1280)
    await say(page, '/cmr users create --email johndoe@company.com --company "TechCorp Inc." --city Berlin')
    const form = page.getByRole('dialog')
    await form.getByLabel('First name').fill('John')
    await form.getByLabel('Last name').fill('Doe')
    await form.getByRole('combobox', { name: /^Country/ }).fill('germ')
    await page.getByRole('option', { name: /Germany/ }).click()
    await expect.poll(() => form.getByLabel(/^Dialling code/).inputValue()).toBe('49')
    await form.getByRole('combobox', { name: /^State/ }).fill('berl')
    await page.getByRole('option', { name: 'Berlin' }).click()
    await form.getByLabel('Postal code').fill('10115')
    await form.getByLabel('Address', { exact: true }).fill('Torstraße 1')
    await form.getByLabel(/^Phone/).fill('30123456')
    expect(await form.getByLabel('E-mail').inputValue()).toBe('johndoe@company.com')
    await page.keyboard.press('Enter')
    await page
      .getByText(/TechCorp Inc\..*created/)
      .first()
      .waitFor()
    await page
      .getByText(/userId [A-Z0-9]{28}/)
      .first()
      .waitFor()
    await page.close()
  })

  test('what is wrong with the form is said at its field', async () => {
    const page = await visit(1280)
    await say(page, '/cmr users update "Kestrel Analytics"')
    const form = page.getByRole('dialog')
    await form.getByLabel('Company').fill('Tech_Corp')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText(/CMR does not take “_” here/).waitFor()
    // It would lie over the page of whoever comes next.
    await form.getByRole('button', { name: 'Cancel' }).click()
    await page.close()
  })

  test('a whole order in one message, people on lines of their own, asks only to be confirmed', async () => {
    const page = await visit(1280)
    const [user] = (await (await fetch(`${playground.url}/bridge/sandbox/users`)).json()) as {
      email: string
    }[]
    await say(
      page,
      `/cmr orders create ${user?.email} "one-line.com two-lines.com" --mailboxes "jane Jane Doe\njohn John Roe" --service-provider GOOGLE`,
    )
    const form = page.getByRole('dialog')
    await form.getByText(/Order 2 domains with 4 mailboxes\?/).waitFor()
    await page.close()
  })

  test('on a phone an event that the sandbox fires becomes an alert', async () => {
    const page = await visit(390)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await fetch(`${playground.url}/bridge/sandbox/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'subscription.past_due' }),
    })
    await page
      .getByText(/past due: the payment failed/)
      .first()
      .waitFor()
    await page.close()
  })
})
