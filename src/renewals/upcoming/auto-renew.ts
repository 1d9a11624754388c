import { z } from 'zod'
import { type Command, command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { thingsCalled } from '../../directory/names/called.ts'
import { ownersOfAll } from '../../directory/names/named.ts'
import { domainHoldings, subscriptionHoldings } from '../../directory/store/holdings.ts'
import { ended } from '../../directory/store/rows.ts'
import { type FollowUp, nameOf } from '../../operations/expected-results.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { domainAutoRenew } from '../../resources/receipts.ts'
import { MOST_RENEWED, onceEach, type RenewalItem } from '../../resources/renewal-items.ts'
import { subscriptionAutoRenew } from '../../resources/subscriptions/messages.ts'
import { button, counted, escapeText, listed } from '../../slack/blocks.ts'
import { kindAndName } from '../bulk/named-items.ts'
import { thingOf } from '../forecast/words.ts'

/** Something whose auto-renew is turned on, and whose it is. */
interface Switched extends RenewalItem {
  readonly domain: string
  readonly userId: string | undefined
}

const input = z.object({
  items: z
    .array(z.string())
    .min(1, 'Name what should renew by itself.')
    .max(MOST_RENEWED, `At most ${MOST_RENEWED} at once.`)
    .meta({
      label: 'What should renew by itself',
      hint: 'Domains, each with the subscription on it',
      example: 'acme.com',
    }),
})

/** Finds what is named: `domain:acme.com`, `subscription:ID`, an id, or a bare domain for both of it. */
async function itemsNamed(context: CommandContext, names: readonly string[]): Promise<Switched[]> {
  const found: Switched[] = []
  for (const name of names) {
    const [kind, id] = kindAndName(name)
    found.push(...(await called(context, kind, id)))
    const isBareDomain = kind === 'domain' && id === name
    if (isBareDomain) found.push(...(await subscriptionsOn(context, name)))
  }
  return onceEach(found)
}

async function called(context: CommandContext, kind: RenewalItem['kind'], name: string): Promise<Switched[]> {
  const things = await thingsCalled(context, kind, [name], 'items')
  return Promise.all(
    things.map(async ({ id, domain = id, userId }) => {
      if (userId || kind === 'subscription') return { kind, id, domain, userId }
      const [held] = await domainHoldings(context.store.db, { domain: id.toLowerCase() })
      return { kind, id, domain, userId: held?.userId }
    }),
  )
}

async function subscriptionsOn({ store }: CommandContext, domain: string): Promise<Switched[]> {
  const rows = await subscriptionHoldings(store.db, { domain: domain.toLowerCase() })
  return rows
    .filter(({ status, autoRenew }) => autoRenew !== true && !ended(status))
    .map(({ id, userId }) => ({ kind: 'subscription', id, domain, userId }))
}

/** One request for each, so that what CMR refuses concerns that alone. @throws InputError */
function planOf(items: readonly Switched[]): FollowUp[] {
  return items.map(({ kind, id, domain, userId }): FollowUp => {
    const label = thingOf({ kind, id, domain })
    if (kind === 'subscription') {
      const request = { query: {}, body: { subscriptionId: id, autoRenew: true } }
      const part = { kind: 'subscription auto-renew', name: nameOf(id) } as const
      return { part, endpoint: 'subscriptions.auto-renew', request, label }
    }
    if (!userId)
      throw new InputError(
        'items',
        `${id} is not one of the domains read from CMR so far. Check its name, or try again in a few minutes.`,
      )
    // Never without its name: CMR would switch every domain of the customer.
    const request = { query: {}, body: { userId, domains: [id], autoRenew: true } }
    return { part: { kind: 'auto-renew', name: nameOf(id) }, endpoint: 'domains.auto-renew', request, label }
  })
}

/** What is switched, in a row; mrkdwn. */
function namesOf(items: readonly Switched[]): string {
  return listed(
    items.map((one) => escapeText(thingOf(one))),
    1500,
  )
}

/** `/cmr renewals auto-renew`: several things, whosever they are, renew by themselves from now on. */
export const autoRenewMany: Command = command({
  noun: 'renewals',
  verb: 'auto-renew',
  summary: 'Turn auto-renew on',
  about: 'Turns auto-renew on for domains and for the subscriptions on them.',
  effect: 'write',
  async customers(context, { items = [] }) {
    return ownersOfAll((await itemsNamed(context, items)).map(({ userId }) => userId))
  },
  submit: 'Turn on',
  example: '"acme.com acme.io"',
  input,
  positional: ['items'],
  label: ({ items }) => counted(items.length, 'renewal'),
  whenUnknown: () => 'Its receipt shows each one. Turning auto-renew on again does no harm.',
  async readBack(context, { items }) {
    const found = await itemsNamed(context, items)
    const has = (kind: RenewalItem['kind']) => found.some((one) => one.kind === kind)
    return [
      `*Turn auto-renew on for ${counted(found.length, 'thing')}?*`,
      namesOf(found),
      ...(has('domain') ? [`Domains: ${domainAutoRenew.on}`] : []),
      ...(has('subscription') ? [`Mailboxes: ${subscriptionAutoRenew.on}`] : []),
    ].join('\n')
  },
  async run(context, { items }) {
    if (!context.sendPlanned) throw new Error('renewals.auto-renew runs as an operation only')
    const found = await itemsNamed(context, items)
    await context.sendPlanned(planOf(found))
    return {
      message: receipt({
        text: `:outbox_tray: Turning auto-renew on for *${counted(found.length, 'thing')}*, one after the other`,
        follows: [namesOf(found)],
        buttons: [button({ text: 'What renews', actionId: 'renewals.list' })],
      }),
    }
  },
})
