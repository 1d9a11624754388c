import type { Cmr } from '../cmr/client.ts'
import { userIdOf } from '../messages/users.ts'
import { InputError } from './command.ts'
import { userNamed } from './customers.ts'

/** Pages of mailboxes that are searched for an address: 1,000 of them. */
const PAGES = 10

/**
 * Turns what people call things into the ids that CMR wants: a user by e-mail or company, a subscription by its
 * domain, a mailbox by its address.
 * @throws InputError where nothing or more than one is meant; CmrError as CMR answers
 */
export async function withIds(
  cmr: Cmr,
  values: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const ids: Record<string, unknown> = { ...values }
  const { userId, subscriptionId, subscriptionIds, mailboxId, mailboxIds } = values
  if (typeof userId === 'string' && !isId(userId)) ids.userId = userIdOf(await userNamed(cmr, userId))
  if (typeof subscriptionId === 'string')
    ids.subscriptionId = await subscription(cmr, subscriptionId, 'subscriptionId')
  if (Array.isArray(subscriptionIds)) {
    ids.subscriptionIds = await Promise.all(
      subscriptionIds.map((one) => subscription(cmr, String(one), 'subscriptionIds')),
    )
  }
  if (typeof mailboxId === 'string') ids.mailboxId = (await mailboxes(cmr, [mailboxId], 'mailboxId'))[0]
  if (Array.isArray(mailboxIds)) ids.mailboxIds = await mailboxes(cmr, mailboxIds.map(String), 'mailboxIds')
  return ids
}

/** CMR's ids are long, in capitals and digits. */
function isId(text: string): boolean {
  return /^[A-Z0-9]{12,}$/.test(text)
}

async function subscription(cmr: Cmr, named: string, field: string): Promise<string> {
  if (!named.includes('.')) return named
  const { data } = await cmr.subscriptions.list({ query: { domain: named } })
  const [only] = data.subscriptions
  if (!only) throw new InputError(field, `There is no subscription on ${named}.`)
  if (data.subscriptions.length > 1) {
    const all = data.subscriptions.map((one) => one.subscriptionId).join(', ')
    throw new InputError(field, `${named} has several subscriptions; name one by its id: ${all}.`)
  }
  return only.subscriptionId
}

async function mailboxes(cmr: Cmr, named: readonly string[], field: string): Promise<string[]> {
  const wanted = new Set(named.filter((name) => name.includes('@')).map((name) => name.toLowerCase()))
  const found = new Map<string, string>()
  for (let page = 1; page <= PAGES && found.size < wanted.size; page++) {
    const { data } = await cmr.mailboxes.all({ query: { page, limit: 100 } })
    const rows = Array.isArray(data) ? data : (data.mailboxes ?? [])
    for (const row of rows as { email?: string; mailboxId?: string }[]) {
      const address = row.email?.toLowerCase() ?? ''
      if (row.mailboxId && wanted.has(address)) found.set(address, row.mailboxId)
    }
    if (rows.length < 100) break
  }
  const missing = [...wanted].filter((address) => !found.has(address))
  if (missing.length) throw new InputError(field, `No mailbox is called ${missing.join(', ')}.`)
  return named.map((name) => found.get(name.toLowerCase()) ?? name)
}
