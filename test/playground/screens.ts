/**
 * Pictures of everything that people see, at the width of a desk and of a phone, to be looked at:
 * `node test/playground/screens.ts DIRECTORY [forms|flows|alerts]`. By hand; no test.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import { webhookEvents } from '../../src/cmr/webhook-events.ts'
import { createCommands } from '../../src/commands/index.ts'
import { startPlayground } from '../../src/playground/playground.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'
import { launchChromium } from '../support/chromium.ts'

const [directory = 'screens', only = ''] = process.argv.slice(2)
const widths = [1280, 390]
/** High enough for the longest form. */
const HEIGHT = 1400

const playground = await startPlayground({ port: 0, startSandbox })
const browser = await launchChromium()
const sandbox = async (path: string, body?: object) => {
  const sent = body && {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  }
  return (await fetch(`${playground.url}/bridge/sandbox/${path}`, sent)).json()
}

async function visit(width: number): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: HEIGHT } })
  await page.goto(playground.url)
  await page.getByText('Enter sends').waitFor()
  return page
}

async function go(page: Page, name: RegExp) {
  const tab = page.getByRole('button', { name: 'Channels', exact: true })
  if (await tab.isVisible()) await tab.click()
  await page.getByRole('button', { name }).first().click()
}

async function say(page: Page, line: string) {
  const composer = page.getByRole('combobox', { name: /^Message / })
  await composer.fill(line)
  await composer.press('Escape')
  await composer.fill(line)
  await composer.press('Enter')
  await page.getByText(/Acknowledged in/).waitFor()
}

/** A picture once nothing moves any more. */
async function take(page: Page, name: string) {
  const dialog = page.getByRole('dialog')
  for (let before = ''; ; ) {
    await sleep(350)
    const now = (await dialog.count()) ? await dialog.textContent() : await page.locator('main').textContent()
    if (now === before && !/Asking CMR|Sending to CMR|Reading the file|Searching…/.test(now)) break
    before = now ?? ''
  }
  const path = join(directory, `${name}-${page.viewportSize()?.width}.png`)
  await ((await dialog.count()) ? dialog.screenshot({ path }) : page.screenshot({ path }))
}

async function closeForm(page: Page) {
  const close = page.getByRole('dialog').getByRole('button', { name: 'Close' }).first()
  while (await close.isVisible()) {
    await close.click()
    await sleep(100)
  }
}

/** Submits whatever comes until nothing is asked any more, typing names that have to be typed. */
async function submitAll(page: Page, name: string) {
  for (let step = 1; step < 6 && (await page.getByRole('dialog').isVisible()); step++) {
    await take(page, `${name}-${step}`)
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

async function forms(page: Page) {
  for (const { noun, verb, input } of [...createCommands().nouns.values()].flat()) {
    if (Object.keys(input.shape).length === 0) continue
    await say(page, `/cmr ${noun} ${verb}`)
    await page
      .getByRole('dialog')
      .waitFor({ timeout: 4000 })
      .catch(() => undefined)
    await take(page, `form-${noun}-${verb}`)
    await closeForm(page)
  }
}

async function flows(page: Page) {
  const width = page.viewportSize()?.width ?? 0
  // Another for each width: what is cancelled in one would be missing in the next.
  const subscription = (await sandbox('subscriptions')).at(widths.indexOf(width))
  const users: { userId: string; email: string }[] = await sandbox('users')
  const user = users.find(({ userId }) => userId === subscription.userId)?.email
  const { domain } = subscription
  const boxes: { domain: string; email: string }[] = await sandbox('mailboxes')
  const box = boxes.find((one) => one.domain === domain)?.email
  const lines: Record<string, string> = {
    launcher: '',
    help: 'help',
    'help-domains': 'help domains',
    'users-list': 'users list',
    'users-get': `users get ${user}`,
    wallet: 'wallet get',
    status: 'status',
    'unknown-word': 'domans lst',
    'domains-list': `domains list --userId ${user}`,
    'domains-get': `domains get --domain ${domain}`,
    'domains-suggest': 'domains suggest acme',
    'domains-renewal-price': `domains renewal-price --domains ${domain}`,
    'dns-list': `dns list --domain ${domain}`,
    'dns-check': `dns check --domain ${domain}`,
    'mailboxes-list': `mailboxes list --userId ${user}`,
    'mailboxes-get': `mailboxes get --mailboxId ${box}`,
    'mailboxes-admin': `mailboxes admin --mailboxId ${box}`,
    'subscriptions-list': 'subscriptions list',
    'prewarm-list': 'prewarm list',
    'exports-platforms': `exports platforms --userId ${user}`,
    'placement-run': `placement run --mailboxIds ${box}`,
    'placement-reports': `placement reports --userId ${user}`,
    'domains-renew': `domains renew --domains ${domain} --years 1`,
    'auto-renew': `domains auto-renew --domains ${domain} --autoRenew false`,
    nameservers: `dns nameservers --domain ${domain} --nameservers "ns1.acme.com ns2.acme.com"`,
    'order-create': `orders create ${user} --domains "one-${width}.com two-${width}.com" --mailboxes "jane Jane Doe" --serviceProvider GOOGLE`,
    'help-orders': 'help orders',
    'help-alerts': 'help alerts',
    'help-dns': 'help dns',
    'find-several': 'find studio',
    ambiguous: 'domains list studio',
    failure: 'orders get ORDERUNKNOWN01 --userId USERUNKNOWN1',
    cancel: `subscriptions cancel --subscriptionId ${domain}`,
    operations: 'operations',
    find: `find ${domain}`,
    'alerts-list': 'alerts list',
    'alerts-failed': 'alerts failed',
    'events-list': 'events list',
  }
  for (const [name, line] of Object.entries(lines)) {
    await say(page, `/cmr ${line}`)
    await sleep(700)
    await submitAll(page, `flow-${name}`)
    await page.locator('.messages').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await take(page, `flow-${name}`)
  }
  await sleep(15_000)
  await take(page, 'flow-receipts')
  const thread = page.getByRole('button', { name: /\d+ repl(y|ies)/ }).last()
  if (await thread.isVisible()) await thread.click()
  await take(page, 'flow-thread')
}

async function alerts(page: Page) {
  await go(page, /cmr-alerts/)
  await take(page, 'alerts')
  await page.locator('.messages').evaluate((list) => list.scrollTo(0, 0))
  await take(page, 'alerts-first')
  await go(page, /Home|CMR/)
  await sleep(500)
  await take(page, 'home')
}

mkdirSync(directory, { recursive: true })
try {
  if (only !== 'forms' && only !== 'flows') {
    for (const event of Object.keys(webhookEvents)) {
      await sandbox('events', { event })
      await sleep(1200)
    }
  }
  for (const width of widths) {
    const page = await visit(width)
    if (!only || only === 'forms') {
      await go(page, /billing/)
      await forms(page)
    }
    if (!only || only === 'flows') {
      await go(page, /ops/)
      await flows(page)
    }
    if (!only || only === 'alerts') await alerts(page)
    await page.close()
  }
} finally {
  await browser.close()
  await playground.close()
}
