import type { BlockAction, BlockElementAction, ButtonAction, OverflowAction } from '@slack/bolt'
import { permitGiven } from '../access/permit.ts'
import { alertOf, type RenewableItem } from '../alerts/messages/alert-event.ts'
import { messageSuffix, openItems } from '../alerts/messages/batch.ts'
import { eventLine, staleMessage } from '../alerts/messages/event-message.ts'
import { eventSuffix, regardlessSuffix } from '../alerts/messages/event-parts.ts'
import { testSentence } from '../alerts/own-events.ts'
import { rowsOfDelivery } from '../alerts/store/deliveries.ts'
import { referencesIn } from '../cmr/events/references.ts'
import { plainText } from '../cmr/normal-forms.ts'
import { argumentsOf } from '../commands/arguments.ts'
import { type Command, idOf } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { parseSpoken } from '../commands/grammar.ts'
import { requestSuffix } from '../commands/permissions.ts'
import { eventNamed, newerEvents, type StoredEvent } from '../events/store/events.ts'
import { domainOf } from '../events/stored-event.ts'
import { conflictingOperation, conflictMessage, resultsExpectedOf } from '../operations/gate.ts'
import { draftSuffix } from '../resources/orders/messages.ts'
import { MOST_RENEWED, spokenItem } from '../resources/renewal-items.ts'
import { inPlaceSuffix, type Message } from '../slack/blocks.ts'
import { type AppContext, commandContext } from './app-context.ts'
import { againSuffix, asTypedSuffix, correctSuffix, draftIn } from './carry-on.ts'
import type { Invocation } from './invoke.ts'

/** A click, as the command it stands for; or what a person reads instead. */
export type Pressed =
  | (Pick<Invocation, 'command' | 'raw' | 'from' | 'asking' | 'correcting' | 'asTyped'> & {
      readonly replace: boolean
    })
  | Message

/** Returns whether an action is one of those that stand for a command: buttons and overflow menus. */
export function isPress(action: BlockElementAction): action is ButtonAction | OverflowAction {
  return action.type === 'button' || action.type === 'overflow'
}

/** Whether what a button of a form leads to takes the place of that form. */
export function isInPlace({ action_id }: BlockElementAction): boolean {
  const suffix = action_id.split(':')[1] ?? ''
  return suffix.startsWith(inPlaceSuffix) || suffix === correctSuffix || suffix === againSuffix
}

/** Reads a click. Every value is an id of something stored, so it means the same after a restart. */
export async function pressed(
  app: AppContext,
  action: ButtonAction | OverflowAction,
  { container, caller }: { container: BlockAction['container'] | undefined; caller: Caller },
): Promise<Pressed> {
  const { id, value } = named(action)
  const command = app.registry.byId(id)
  if (!command) return notice('This button is from an older version of the bot. Use `/cmr` instead.')
  const [, suffix = ''] = id.split(':')
  if (suffix === eventSuffix || suffix === regardlessSuffix) {
    return onEvent(app, caller, command, { eventId: value, regardless: suffix === regardlessSuffix })
  }
  if (suffix === messageSuffix) return onMessage(app, command, value)
  const kept = draftIn(value)
  if (suffix === draftSuffix || kept)
    return onDraft(app, command, kept ?? value, { userId: caller.userId, suffix })
  const spoken = parseSpoken(value)
  const given = spoken.ok ? argumentsOf(command, spoken.words) : { ok: false as const }
  const staysInPlace = /^(previous|next|more)$/.test(suffix) || suffix === againSuffix
  // In a view, a list that is asked for anew takes the place of the old one too.
  const replace =
    container?.type === 'view' ? staysInPlace || !value : staysInPlace && container?.is_ephemeral === true
  return { command, raw: given.ok ? given.raw : {}, replace, ...wishIn(suffix) }
}

/** What somebody wants of a command beyond that it is done, by what stands behind it in an action_id. */
function wishIn(suffix: string) {
  return {
    asking: suffix === requestSuffix,
    correcting: suffix === correctSuffix,
    asTyped: suffix.startsWith(asTypedSuffix),
  }
}

/** A button of a receipt that goes on from what is stored, such as replacements for what was taken. */
async function onDraft(
  app: AppContext,
  command: Command,
  draftId: string,
  { userId, suffix }: { readonly userId: string; readonly suffix: string },
): Promise<Pressed> {
  const from = await app.drafts.find(draftId, userId)
  if (from && command.steps) return { command, raw: {}, replace: false, from, ...wishIn(suffix) }
  if (from) return { command, raw: from.draftContent.values, replace: false, ...wishIn(suffix) }
  return notice(`This was kept for one day only. Run \`/cmr ${command.noun} ${command.verb}\` instead.`)
}

/** An entry of an overflow menu has no action_id of its own: its value begins with one. */
function named(action: ButtonAction | OverflowAction): { id: string; value: string } {
  if (action.type === 'button') return { id: action.action_id, value: action.value ?? '' }
  const [id = '', ...words] = action.selected_option.value.split(' ')
  return { id, value: words.join(' ') }
}

/** A button of an alert: its values are read from the event, and whoever comes late hears what happened since. */
async function onEvent(
  app: AppContext,
  caller: Caller,
  command: Command,
  { eventId, regardless }: { readonly eventId: string; readonly regardless: boolean },
): Promise<Pressed> {
  const event = await eventNamed(app.store.db, eventId)
  if (!event) return notice('The event of this alert is no longer stored. Use `/cmr` instead.')
  if (event.source === 'test') return notice(`:test_tube: ${testSentence}`)
  const raw = valuesFrom(event, command)
  if (regardless || command.effect === 'read') return { command, raw, replace: false }
  // Whoever may not do it is refused, and hears of nothing that has happened since.
  const { allowed } = await permitGiven(commandContext(app, caller), command, raw)
  const late = allowed ? await overtaken(app, event, command, raw) : undefined
  return late ?? { command, raw, replace: false }
}

/** A button that acts on all that is open in a message: as many items as one operation takes. */
async function onMessage(app: AppContext, command: Command, deliveryId: string): Promise<Pressed> {
  const rows = await rowsOfDelivery(app.store.db, deliveryId)
  const items = openItems(await app.lookUp(rows))
  const isWanted = ({ autoRenew }: RenewableItem) =>
    idOf(command) !== 'renewals.auto-renew' || autoRenew === false
  const wanted = items.filter(isWanted).slice(0, MOST_RENEWED).map(spokenItem)
  if (wanted.length === 0) return notice(':white_check_mark: Nothing is left to do here.')
  return { command, raw: { items: wanted }, replace: false }
}

/** What whoever comes late reads: what has happened since, or who was faster with the same button. */
async function overtaken(
  { store: { db }, traitsOf }: AppContext,
  event: StoredEvent,
  command: Command,
  raw: Values,
): Promise<Message | undefined> {
  const [latest] = await newerEvents(db, event)
  if (latest) {
    const press = { id: idOf(command), summary: command.summary, eventId: event.event_id }
    return staleMessage(press, alertOf(latest), latest.received_at)
  }
  const { parts } = await resultsExpectedOf(db, traitsOf, idOf(command), { query: raw, body: raw })
  const conflict = await conflictingOperation(db, parts, { since: new Date(event.received_at) })
  return conflict && conflictMessage(conflict)
}

/** What a command needs, as far as the event tells it; the form asks for the rest. */
function valuesFrom(event: StoredEvent, command: Command): Values {
  const [reference = {}] = referencesIn(JSON.parse(event.data) as Values)
  const { orderId, subscriptionId } = reference
  const userId = event.user_id ?? reference.userId
  const domain = event.domain ?? domainOf(reference)
  const known: Values = {
    userId,
    domain,
    domains: domain && [domain],
    orderId,
    // Mailboxes are ordered on a domain: the subscription that the event is about may be over.
    subscriptionId: idOf(command).startsWith('orders.') && domain ? undefined : subscriptionId,
    subscriptionIds: subscriptionId && [subscriptionId],
    // What CMR's support asks for.
    message: plainText(eventLine(alertOf(event))),
    context: [
      `Event: ${event.event} (${event.event_id})`,
      `Time: ${event.received_at}`,
      userId && `User: ${userId}`,
    ]
      .filter(Boolean)
      .join('\n'),
    // The button says "Turn auto-renew on".
    autoRenew: 'yes',
  }
  return Object.fromEntries(
    fieldsOf(command.input).flatMap(({ name }) => (known[name] ? [[name, known[name]]] : [])),
  )
}
