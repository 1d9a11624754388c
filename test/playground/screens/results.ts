import { setTimeout as sleep } from 'node:timers/promises'
import { type Journey, say, submitAll, takeAll, widthOf } from './studio.ts'

/** What comes of each change, one below the other; what cannot be undone comes last. */
export const results: Journey = async (page, studio) => {
  const { rows } = studio
  const phone = widthOf(page) < 1000
  // Another customer for each width: what is removed in one would be missing in the next.
  const { domain, userId } = (await rows('subscriptions')).at(phone ? 5 : 4) ?? {}
  const user = (await rows('users')).find((one) => one.userId === userId)?.email
  const boxes = (await rows('mailboxes')).filter((one) => one.domain === domain).map(({ email }) => email)
  const [first, second] = boxes
  const mark = phone ? 'phone' : 'desk'
  const lines = [
    `users create --email ${mark}@new.test --company "New ${mark}" --firstName Jo --lastName Doe --country US --state "New York" --city Albany --postalCode 12207 --addressLineOne "1 Main Street" --phoneCc 1 --phone 5550101 --languagePreference en`,
    `users update ${mark}@new.test --city Troy`,
    `domains available ${mark}-free.com`,
    `domains workspace GOOGLE ${domain}`,
    `domains forward ${domain} https://acme.com`,
    `domains forward-email ${domain} jane@acme.com`,
    `domains client-id ${domain} 123.apps.example Mailer`,
    `dns add ${domain} TXT news v=spf1 -all`,
    `dns update ${domain}`,
    `dns delete ${domain}`,
    `mailboxes update ${first} --firstName Ada`,
    `mailboxes validate ${user} ${first} nobody@${domain}`,
    `mailboxes reexport ${first}`,
    `warmup add ${second}`,
    `warmup settings ${second} --warmupLimit 20`,
    `warmup status ${second} PAUSED`,
    `warmup toggle ${second}`,
    `exports connect ${user} SMARTLEAD --email login@smart.test --password secret`,
    `exports platforms ${user}`,
    `exports send --userId ${user} --domain ${domain}`,
    `subscriptions auto-renew ${domain} off`,
    `subscriptions renew ${domain}`,
    `orders create ${user} --domains ${mark}-later.com --mailboxes "Jane Doe" --serviceProvider GOOGLE --google-oauth-route R --confirm no`,
    `orders mailboxes ${user} ${domain} --mailboxes "Max Poe"`,
    `prewarm order ${user} --domains ${phone ? 'warmhello2.com' : 'warmpipeline1.com'} --serviceProvider GOOGLE --google-oauth-route R`,
    `errors send "Mail of ${domain} bounces" --domain ${domain}`,
    `warmup remove ${second}`,
    `mailboxes remove ${first}`,
    `domains remove ${domain}`,
    `users delete ${mark}@new.test`,
    'operations list --all yes',
  ]
  for (const [at, line] of lines.entries()) {
    await say(page, `/cmr ${line}`)
    await sleep(700)
    await submitAll(page, `result-${at}-${line.split(' ').slice(0, 2).join('-')}`, studio)
  }
  await sleep(10_000)
  await takeAll(page, 'results', studio)
}
