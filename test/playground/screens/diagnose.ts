import type { Page } from 'playwright-core'
import { type Studio, say, takeAll } from './studio.ts'

/** What `/cmr diagnose` answers: two broken links, a healthy domain, a customer, the text for CMR's support. */
export async function diagnose(page: Page, studio: Studio) {
  const at = `${page.viewportSize()?.width}-${Date.now() % 100_000}`
  const names = ['a', 'b', 'c', 'd'].map((name) => `${name}${at}.acme.com`)
  const [broken = '', lapsed = '', unsigned = ''] = names
  await studio.tell('customers', { company: `Acme ${at}`, domains: names, mailboxes: 3 })
  for (const trouble of ['subscription-expired', 'dkim-missing', 'oauth-expired'])
    await studio.tell('troubles', { trouble, domain: broken })
  await studio.tell('troubles', { trouble: 'domain-in-grace', domain: lapsed })
  await studio.tell('troubles', { trouble: 'dkim-missing', domain: unsigned })
  const lines = [
    broken,
    lapsed,
    `d${at}.acme.com`,
    `maya@${unsigned}`,
    `"Acme ${at}"`,
    `${broken} --support yes`,
  ]
  const answers = page.getByRole('button', { name: 'Check again' })
  for (const line of lines) {
    const before = await answers.count()
    await say(page, `/cmr diagnose ${line}`)
    await answers.nth(before).waitFor()
  }
  await takeAll(page, 'diagnose', studio)
}
