import { userIdOf, userName } from '../cmr/answers/users.ts'
import { InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { userNamed } from '../directory/names/called.ts'
import { subscriptionCalled } from '../directory/names/lookups.ts'
import { named } from '../directory/names/named.ts'
import { directoryEntries, entriesNamed } from '../directory/store/rows.ts'
import { operationsNamed } from '../operations/store/operations.ts'
import { whose } from '../resources/dns/zone.ts'
import { idFields, thingMeant } from './thing-meant.ts'

/** A domain, for its own sake or for what is on it. */
interface DomainTarget {
  readonly kind: 'domain'
  readonly userId: string
  readonly domain: string
  readonly mailbox?: string | undefined
  readonly subscriptionId?: string | undefined
  readonly orderId?: string | undefined
}

/** What somebody asked about, with all that it takes to ask CMR. */
export type DiagnosisTarget =
  | DomainTarget
  | { readonly kind: 'order'; readonly userId: string; readonly orderId: string }
  | { readonly kind: 'user'; readonly userId: string; readonly name: string }

/** What the command was given; the first that is there counts. */
export interface DiagnosisInput {
  readonly mailboxId?: string | undefined
  readonly domain?: string | undefined
  readonly subscriptionId?: string | undefined
  readonly orderId?: string | undefined
  /** Any name that `find` knows, or `kind:id`. */
  readonly thing?: string | undefined
  /** Whose it is; alone, the customer is meant. */
  readonly userId?: string | undefined
}

/**
 * Finds out what is meant by any name that people have for it.
 * @throws AmbiguousError where several things are, InputError where nothing is; CmrError as CMR answers
 */
export async function targetOf(context: CommandContext, input: DiagnosisInput): Promise<DiagnosisTarget> {
  const { mailboxId, domain, subscriptionId, orderId, thing, userId } = input
  if (mailboxId) return mailboxTarget(context, mailboxId, input)
  if (domain) return domainTarget(context, domain, userId)
  if (subscriptionId) return subscriptionTarget(context, subscriptionId, userId)
  if (orderId) return orderTarget(context, orderId, userId)
  if (!thing) return userTarget(context, String(userId))
  const { kind, id } = await thingMeant(context, thing)
  return targetOf(context, { [idFields[kind]]: id, ...(kind !== 'user' && userId && { userId }) })
}

async function domainTarget(
  context: CommandContext,
  domain: string,
  userId: string | undefined,
): Promise<DomainTarget> {
  const name = domain.toLowerCase()
  // An order that has not been processed has no domain yet, and only the order says whose it will be.
  const [row] = await directoryEntries(context.store, [{ kind: 'domain', id: name }])
  const [order] = row || userId ? [] : await entriesNamed(context.store, 'order', [name])
  if (order?.user_id) return { kind: 'domain', userId: order.user_id, domain: name }
  const { ids } = await named(context, whose, { domain: name, ...(userId && { userId }) })
  return { kind: 'domain', userId: String(ids.userId), domain: String(ids.domain) }
}

/** @param called an address, or CMR's id */
async function mailboxTarget(
  context: CommandContext,
  called: string,
  { domain, userId }: DiagnosisInput,
): Promise<DomainTarget> {
  const host = called.split('@')[1]?.toLowerCase()
  if (host) return { ...(await domainTarget(context, host, userId)), mailbox: called }
  const [row] = await directoryEntries(context.store, [{ kind: 'mailbox', id: called }])
  const on = row?.domain ?? domain
  if (on && (row?.user_id ?? userId))
    return { kind: 'domain', userId: String(row?.user_id ?? userId), domain: on, mailbox: called }
  const { data } = await context.cmr.mailboxes.get({ query: { mailboxId: called } })
  const name = (data.domain ?? data.email?.split('@')[1] ?? '').toLowerCase()
  if (!name) throw new InputError('thing', `CMR does not say which domain the mailbox ${called} is on.`)
  const owner = data.userId ?? userId
  const of = owner ? { userId: owner, domain: name } : await domainTarget(context, name, undefined)
  return { ...of, kind: 'domain', mailbox: called }
}

async function subscriptionTarget(
  context: CommandContext,
  called: string,
  userId: string | undefined,
): Promise<DomainTarget> {
  if (called.includes('.')) return domainTarget(context, called, userId)
  const [row] = await directoryEntries(context.store, [{ kind: 'subscription', id: called }])
  const told = row?.domain ? undefined : await subscriptionCalled(context, called)
  const domain = row?.domain ?? told?.domain?.toLowerCase()
  if (!domain)
    throw new InputError(
      'thing',
      `CMR has no subscription ${called}: recreating gives it a new id. Name its domain instead.`,
    )
  const owner = userId ?? row?.user_id ?? told?.userId
  const target = owner ? { userId: owner, domain } : await domainTarget(context, domain, undefined)
  return { ...target, kind: 'domain', subscriptionId: called }
}

async function orderTarget(
  context: CommandContext,
  orderId: string,
  userId: string | undefined,
): Promise<DiagnosisTarget> {
  const [row] = await directoryEntries(context.store, [{ kind: 'order', id: orderId }])
  const [mine] = await operationsNamed(context.store.db, { actionIds: [], orderIds: [orderId] })
  const subject = JSON.parse(mine?.subject ?? '{}') as { userId?: string }
  const named = userId && userIdOf(await userNamed(context, userId))
  const owner = named ?? row?.user_id ?? subject.userId
  if (!owner)
    throw new InputError(
      'thing',
      `The bot does not know yet whose order ${orderId} is. Name the customer as well: \`--customer\`.`,
    )
  return { kind: 'order', userId: owner, orderId }
}

async function userTarget(context: CommandContext, called: string): Promise<DiagnosisTarget> {
  const [row] = await directoryEntries(context.store, [{ kind: 'user', id: called }])
  if (row) return { kind: 'user', userId: row.id, name: row.name }
  const user = await userNamed(context, called)
  return { kind: 'user', userId: userIdOf(user), name: userName(user) }
}
