/**
 * Pictures of everything that people see, at the width of a desk and of a phone, to be looked at:
 * `node test/playground/screens.ts DIRECTORY [forms|flows|orders|imports|stories|alerts]`. By hand; no test.
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

/** An order from its first step to the last, with a name that is taken and people from a list. */
async function orders(page: Page) {
  const width = page.viewportSize()?.width ?? 0
  const form = page.getByRole('dialog')
  const next = async (name: string) => {
    await form.locator('button[type=submit]').click()
    await sleep(600)
    await take(page, `order-${name}`)
  }
  const [{ domain: taken }] = await sandbox('subscriptions')
  await say(page, '/cmr orders create')
  await take(page, 'order-1-customer')
  await form.getByRole('combobox', { name: /^User/ }).fill('kestrel')
  await page
    .getByRole('option', { name: /Kestrel/ })
    .first()
    .click()
  await next('2-domains')
  await form
    .getByLabel('Domains')
    .fill(`kestrel-${width}.com\nkestrel-mail-${width}.com\n${taken}\nkestrel-${width}.com`)
  await next('3-domains-checked')
  if (await form.getByText('Step 2 of 5').isVisible()) await next('3-people')
  await form.getByLabel(/^People/).fill('Jane Doe\nJohn O’Neil\nJosé García\nJane Doe\nsales Sales_Team Acme')
  await next('3-people-checked')
  await form.getByLabel(/^People/).fill('Jane Doe\nJohn Roe\nJosé Garcia')
  await next('4-provider')
  const provider = form.getByRole('combobox', { name: /^Provider/ })
  if (await provider.isVisible()) {
    await provider.click()
    await page.getByRole('option', { name: 'GOOGLE' }).click()
    await sleep(600)
    await take(page, 'order-4-google')
    await next('5-price')
  }
  await next('6-sent')
  await take(page, 'order-7-receipt')
  await sleep(6000)
  await take(page, 'order-8-under-way')
  await closeForm(page)
}

/** A file with faults, its preview, its progress and its end. */
async function imports(page: Page) {
  const width = page.viewportSize()?.width ?? 0
  const row = (at: number) =>
    `p${at}-${width}@import.test,Import ${at} Ltd,Pat,Smith,US,New York,Albany,12207,Main Street ${at},1,555010${100 + at},en`
  const head =
    'E-mail,Company,First name,Last name,Country,State or province,City,Postal code,Address,Dialling code,Phone,Language'
  const rows = Array.from({ length: 40 }, (_, at) => row(at))
  const faulty = [rows[0]?.replace(/^[^,]+/, 'not-an-address'), rows[1]?.replace(',US,', ',,'), rows[3]]
  const form = page.getByRole('dialog')
  await say(page, '/cmr users import')
  await form.locator('input[type=file]').setInputFiles({
    name: 'customers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([head, ...rows, ...faulty].join('\n')),
  })
  await form.getByText('customers.csv').waitFor()
  await take(page, 'import-1-file')
  await form.locator('button[type=submit]').click()
  await sleep(1500)
  await take(page, 'import-2-preview')
  await form.locator('button[type=submit]').click()
  await sleep(4000)
  await page.screenshot({ path: join(directory, `import-3-progress-${width}.png`) })
  await sleep(14_000)
  await take(page, 'import-4-end')
  await say(page, '/cmr imports list')
  await take(page, 'import-5-list')
}

/** One subject whose root tells three events, three hundred at once, and what quiet hours kept. */
async function stories(page: Page) {
  const [first, second] = await sandbox('subscriptions')
  const about = { domain: first.domain, subscriptionId: first.subscriptionId }
  for (const event of [
    'subscription.renewal.failed',
    'subscription.past_due',
    'subscription.renewal.success',
  ])
    await sandbox('events', { event, data: about }).then(() => sleep(2500))
  await go(page, /cmr-alerts/)
  await take(page, 'story-root')
  const thread = page.getByRole('button', { name: /\d+ repl(y|ies)/ }).last()
  if (await thread.isVisible()) await thread.click()
  await take(page, 'story-thread')
  await page.reload()
  await page.getByText('Enter sends').waitFor()
  const clock = (ms: number) => new Date(Date.now() + ms).toISOString().slice(11, 16)
  await go(page, /billing/)
  await say(page, `/cmr alerts add --quiet ${clock(-120_000)}-${clock(90_000)} --urgentPasses false`)
  for (const event of ['subscription.renewal.failed', 'domain.renewal.success', 'subscription.past_due'])
    await sandbox('events', { event, data: { domain: second.domain, subscriptionId: second.subscriptionId } })
  for (let at = 0; at < 300; at++)
    await sandbox('events', { event: 'mailbox.created', data: { email: `pile-${at}@acme-pile.com` } })
  await sleep(120_000)
  await take(page, 'story-digest')
  await say(page, '/cmr alerts list')
  await take(page, 'story-routes')
  await go(page, /cmr-alerts/)
  await take(page, 'story-pile')
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
  if (!only || only === 'alerts') {
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
    for (const [name, journey] of Object.entries({ orders, imports, stories })) {
      if (only && only !== name) continue
      await go(page, /ops/)
      await journey(page)
    }
    if (!only || only === 'alerts') await alerts(page)
    await page.close()
  }
} finally {
  await browser.close()
  await playground.close()
}
