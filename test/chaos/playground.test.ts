import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type Playground, startPlayground } from '../../src/playground/playground.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { haveChromium, launchChromium } from '../support/chromium.ts'
import { closeForms } from '../support/playground.ts'
import { type Cleanup, freePort, listening } from '../support/servers.ts'

// All that starts a playground stands in this file: two at once would prepare the page in one cache.
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
    await closeForms(playground.url)
    const page = await browser.newPage({ viewport: { width, height: 860 } })
    await page.goto(playground.url)
    await page.getByText('Enter sends').waitFor()
    return page
  }

  async function goTo(page: Page, channel: string) {
    const tab = page.getByRole('button', { name: 'Channels', exact: true })
    if (await tab.isVisible()) await tab.click()
    await page.getByRole('button', { name: channel }).click()
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
    await expect.poll(() => form.getByLabel(/^Country calling code/).inputValue()).toBe('49')
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

  test('the keyboard is enough: a form begins at its first field, and gives the focus back', async () => {
    const page = await visit(1280)
    const focused = () =>
      page.evaluate(() => {
        const { activeElement: one } = document
        return one?.getAttribute('aria-label') ?? (one as HTMLInputElement | null)?.labels?.[0]?.textContent
      })
    expect(await focused()).toBe('Message #ops')
    await page.keyboard.type('/cmr users create --first-name Jane')
    await page.keyboard.press('Enter')
    await expect.poll(focused).toMatch(/^(E-mail|First name)/)
    const country = page.getByRole('combobox', { name: /^Country/ })
    await country.focus()
    await page.keyboard.press('ArrowDown')
    const options = page.getByRole('listbox')
    await expect.poll(() => options.getByRole('option').count()).toBeGreaterThan(20)
    for (let at = 0; at < 20; at++) await page.keyboard.press('ArrowDown')
    const list = await options.boundingBox()
    const marked = await options.getByRole('option', { selected: true }).boundingBox()
    expect((marked?.y ?? 0) + (marked?.height ?? 0)).toBeLessThanOrEqual((list?.y ?? 0) + (list?.height ?? 0))
    await page.keyboard.press('Enter')
    await expect.poll(() => country.inputValue()).not.toBe('')
    await page.keyboard.press('Escape')
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0)
    expect(await focused()).toBe('Message #ops')
    await page.close()
  })

  test('what is wrong with the form is said at its field', async () => {
    const page = await visit(1280)
    await say(page, '/cmr users update "Kestrel Analytics"')
    const form = page.getByRole('dialog')
    await form.getByLabel('Company').fill('Tech_Corp')
    await form.getByRole('button', { name: 'Save' }).click()
    await form.getByText(/CMR does not accept “_” here/).waitFor()
    await page.close()
  })

  test('a whole order in one message, people on lines of their own, asks only to be confirmed', async () => {
    const page = await visit(1280)
    const [user] = (await (await fetch(`${playground.url}/bridge/sandbox/users`)).json()) as {
      email: string
    }[]
    await say(
      page,
      `/cmr orders create ${user?.email} "one-line.com two-lines.com" --mailboxes "jane Jane Doe\njohn John Roe" --service-provider GOOGLE --google-oauth-route R`,
    )
    const form = page.getByRole('dialog')
    await form.getByText(/Order 2 domains with 4 mailboxes\?/).waitFor()
    await page.close()
  })

  test('on a phone an event that the sandbox fires becomes an alert', async () => {
    const page = await visit(390)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
    await goTo(page, 'cmr-alerts')
    await fetch(`${playground.url}/bridge/sandbox/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ event: 'subscription.past_due' }),
    })
    await page
      // Whether the payment failed or auto-renew is off, the subscription that the sandbox picks decides.
      .getByText(/is past due:/)
      .first()
      .waitFor()
    await page.close()
  })

  test('on a phone a wide table scrolls inside its message, and a closed thread leads back', async () => {
    const page = await visit(390)
    const [box] = (await (await fetch(`${playground.url}/bridge/sandbox/mailboxes`)).json()) as {
      domain: string
    }[]
    // A DKIM key has no place at which a line could break.
    const key = `v=DKIM1;p=${'MIGfMA0GCSqGSIb3DQEB'.repeat(10)}`
    await say(page, `/cmr dns add --domain ${box?.domain} --record-type TXT --host k1 --value "${key}"`)
    const form = page.getByRole('dialog')
    await form.locator('button[type=submit]').click()
    await form.waitFor({ state: 'detached' })
    await say(page, `/cmr dns list ${box?.domain}`)
    const table = page.locator('.slack_blocks_to_jsx__table').last()
    await table.getByText('MIGfMA0').waitFor()
    expect(await table.evaluate((one) => one.scrollWidth - one.clientWidth)).toBeGreaterThan(0)
    const messages = page.getByRole('log')
    expect(await messages.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0)
    await say(page, 'What is missing here?')
    await page.getByRole('button', { name: 'Open thread' }).last().click()
    await page.getByRole('button', { name: 'Close thread' }).click()
    expect(await messages.isVisible()).toBe(true)
    await page.close()
  })
})

const program = fileURLToPath(new URL('../../src/playground/main.ts', import.meta.url))

/** `npm run playground`, in a folder of its own with this `.env`. */
function runPlayground(port: number, dotenv = ''): { child: ChildProcess; said: () => string } {
  const folder = mkdtempSync(join(tmpdir(), 'cmr-playground-test-'))
  writeFileSync(join(folder, '.env'), dotenv)
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', PLAYGROUND_PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  onTestFinished(async () => {
    if (child.exitCode === null) {
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      await gone
    }
    rmSync(folder, { recursive: true, force: true })
  })
  return { child, said: () => said }
}

test('the settings for the real Slack and CMR stay out of the playground', { timeout: 40_000 }, async () => {
  const port = await freePort()
  runPlayground(port, 'SLACK_APP_TOKEN=xapp-real\nCMR_WEBHOOK_SECRET=the-real-one\n')
  const sandbox = (path: string, init?: RequestInit) =>
    fetch(`http://localhost:${port}/bridge/sandbox/${path}`, init)
  await vi.waitFor(
    async () => {
      await sandbox('events', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ event: 'domain.renewal.success' }),
      })
      const { deliveries } = await (await sandbox('state')).json()
      expect(deliveries).toContainEqual(expect.objectContaining({ delivered: true }))
    },
    { timeout: 30_000, interval: 500 },
  )
})

test('who comes while it starts is answered', async () => {
  const port = await freePort()
  runPlayground(port)
  // As soon as it listens; without an answer this waits for ever, and the test with it.
  const first = await vi.waitFor(() => fetch(`http://localhost:${port}`), { timeout: 15_000, interval: 2 })
  expect(first.status).toBe(200)
})

test('a port that is taken is said in a sentence', async () => {
  const cleanups: Cleanup[] = []
  const port = await listening(createServer(), cleanups)
  const { child, said } = runPlayground(port)
  const [code] = await once(child, 'exit')
  for (const cleanup of cleanups) await cleanup()
  expect(code).toBe(1)
  expect(said().trim()).toBe(
    `Port ${port} is taken. PLAYGROUND_PORT names another: PLAYGROUND_PORT=${port + 1} npm run playground`,
  )
})
