import { setTimeout as sleep } from 'node:timers/promises'
import { type Journey, say, submitAll, widthOf } from './studio.ts'

export const flows: Journey = async (page, studio) => {
  const { rows, take } = studio
  const width = widthOf(page)
  // Another for each width: what is cancelled in one would be missing in the next.
  const subscription = (await rows('subscriptions')).at(width < 1000 ? 1 : 0)
  const { domain, userId } = subscription ?? {}
  const user = (await rows('users')).find((one) => one.userId === userId)?.email
  const box = (await rows('mailboxes')).find((one) => one.domain === domain)?.email
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
    'order-create': `orders create ${user} --domains "one-${width}.com two-${width}.com" --mailboxes "jane Jane Doe" --serviceProvider GOOGLE --google-oauth-route R`,
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
    await submitAll(page, `flow-${name}`, studio)
    await page.locator('.messages').evaluate((list) => list.scrollTo(0, list.scrollHeight))
    await take(page, `flow-${name}`)
  }
  await sleep(15_000)
  await take(page, 'flow-receipts')
  const thread = page.getByRole('button', { name: /\d+ repl(y|ies)/ }).last()
  if (await thread.isVisible()) await thread.click()
  await take(page, 'flow-thread')
}
