import type { ActionsBlock, KnownBlock, Overflow } from '@slack/types'
import { isTrouble } from '../../cmr/events/event.ts'
import { declarationOf } from '../../cmr/events/index.ts'
import { leftOut, withoutLeftOut } from '../../cmr/json.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  cut,
  escapeText,
  type Message,
  moment,
  plain,
  section,
} from '../../slack/blocks.ts'
import { ownTitleOf } from '../own-events.ts'
import { type AlertEvent, idLine, listsDomains, nameIn, reader } from './alert-event.ts'
import { botAlerts, operationAlerts } from './bot.ts'
import { dnsAlerts } from './dns.ts'
import { domainAlerts } from './domains.ts'
import {
  type AlertState,
  type EventAlert,
  type EventText,
  inOneLine,
  regardlessSuffix,
  userIfKnown,
} from './event-parts.ts'
import { mailboxAlerts } from './mailboxes.ts'
import { prewarmAlerts } from './prewarm.ts'
import { renewalAlerts } from './renewals.ts'
import { subscriptionAlerts } from './subscriptions.ts'

/** How CMR's events are shown, by name. */
export const webhookAlerts: Readonly<Record<string, EventAlert>> = {
  ...domainAlerts,
  ...mailboxAlerts,
  ...subscriptionAlerts,
  ...prewarmAlerts,
  ...dnsAlerts,
}

/** Only the bot itself may send these: a webhook of the same name is an unknown event. */
const allAlerts: typeof webhookAlerts = {
  ...webhookAlerts,
  ...operationAlerts,
  ...renewalAlerts,
  ...botAlerts,
}

/** Returns how an event is shown; nothing for an unknown one. */
export function eventAlertOf({
  event,
  source,
}: Pick<AlertEvent, 'event' | 'source'>): EventAlert | undefined {
  const known = source === 'webhook' ? webhookAlerts : allAlerts
  return Object.hasOwn(known, event) ? known[event] : undefined
}

/** How urgent it is, at a glance. */
export const signs: Record<AlertEvent['severity'], string> = {
  good: ':white_check_mark:',
  info: ':information_source:',
  bad: ':warning:',
  urgent: ':rotating_light:',
}

/**
 * The alert of one event, to be read on a phone: what happened, what follows, what to do.
 * @param state how things stand now, for its buttons
 */
export function eventMessage(event: AlertEvent, state: AlertState = {}): Message {
  const { headline, follows, todo, sign = signs[event.severity] } = textOf(event)
  const known = follows.flatMap((line) => line || [])
  const body = [...known, ...(todo ? [`*To do:* ${todo}`] : [])]
  const first = `${isTest(event) ? '*Test*: ' : ''}${withParts(headline, event)}`
  const blocks: KnownBlock[] = [
    section([`${sign} ${first}`, ...body].join('\n')),
    context(
      escapeText(event.event),
      ...(event.source === 'sync' ? [FOUND_BY_SYNC] : []),
      ...idLine(event.data),
    ),
    ...alertButtons(event, state),
  ]
  return { text: cut(inOneLine([notificationLine(event, sign, first), ...body]), 3000), blocks }
}

const FOUND_BY_SYNC = 'Found by sync: no webhook announced it'

/** One event in a list of many. */
export function eventLine(event: AlertEvent): string {
  return headlineOf(event).replaceAll('*', '')
}

/** What happened to whom, and what it costs, in mrkdwn. */
export function headlineOf(event: AlertEvent): string {
  return cut(withParts(textOf(event).headline, event), 300)
}

/** What to do about it, where something is. */
export function todoOf(event: AlertEvent): string | undefined {
  return textOf(event).todo
}

/** Samples that people send themselves look like what they try out, but say so. */
export function isTest({ eventId }: AlertEvent): boolean {
  return eventId.startsWith('test:')
}

function textOf(event: AlertEvent): EventText {
  const alert = eventAlertOf(event)
  if (!alert) return unknown(event)
  try {
    return alert.text(reader(event), eventLine, event)
  } catch {
    // An alert that cannot be put into words would never leave the queue, nor would those behind it.
    return unknown(event)
  }
}

/** An event that this bot does not know is told as it is. */
function unknown(event: AlertEvent): EventText {
  const missing = leftOut([event.data])
  const fields = Object.entries(missing > 0 ? withoutLeftOut(event.data) : event.data)
  const scalars = fields
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, 12)
    .map(([name, value]) => `${escapeText(cut(name, 40))}: ${code(cut(String(value), 120))}`)
  const about = nameIn(event)
  const name = escapeText(cut(event.event, 100))
  return {
    headline: `CMR sent *${name}*${about ? ` about *${about}*` : ''}, which this version of the bot does not support`,
    follows: [
      ...scalars,
      scalars.length < fields.length ? `More of it: ${code(`/cmr events show ${event.eventId}`)}` : undefined,
      missing > 0
        ? `${counted(missing, 'value was', 'values were')} left out, because they may hold a password. CMR’s log of webhooks has all of it: Settings → Webhooks.`
        : undefined,
    ],
  }
}

/**
 * What people can do about an alert: one row, or nothing. Values are ids of what is stored, so that a button
 * works after a restart and shows today's state, not that of the message.
 */
export function alertButtons(event: AlertEvent, state: AlertState = {}): ActionsBlock[] {
  const toDo = isTrouble(event) && !state.resolved
  const kind = eventAlertOf(event)?.buttons ?? [userIfKnown]
  const buttons = kind.flatMap((button) => button(event, state) ?? [])
  const acknowledge =
    toDo && !state.acknowledgedBy && state.subject
      ? [button({ text: 'Acknowledge', actionId: 'alerts.acknowledge', value: event.eventId })]
      : []
  const elements = [...buttons, ...acknowledge, ...more(event, state, toDo)]
  return elements.length ? [{ type: 'actions', elements }] : []
}

/** Five entries are what an overflow menu holds ("Block Kit reference: overflow menu"). */
function more({ eventId }: AlertEvent, { subject }: AlertState, toDo: boolean): Overflow[] {
  if (!subject) return []
  const entry = (text: string, value: string) => ({ text: plain(text), value })
  const snoozes = [
    entry('Remind here in 1 hour', `alerts.snooze ${eventId} 1h`),
    entry('Remind here in 4 hours', `alerts.snooze ${eventId} 4h`),
    entry('Remind here tomorrow at 8', `alerts.snooze ${eventId} tomorrow`),
  ]
  const day = entry('Mute this for a day', `alerts.mute event:${eventId} 1d`)
  const options = toDo
    ? [...snoozes, entry('Mute this until it is resolved', `alerts.mute event:${eventId} resolved`), day]
    : [entry('Why is this here?', `events.why ${eventId}`), day]
  return [{ type: 'overflow', action_id: 'alerts.more', options }]
}

/** A phone shows so much of a notification before somebody opens it. */
const SHOWN = 80
/** Few domains are longer, and the message has the whole name. */
const NAME = 32
const SHORTEST = 8

/** Returns what a phone has to show of an event, in escaped mrkdwn, as far as it is known. */
function notificationParts(event: AlertEvent) {
  const { who } = reader(event)
  // Of several that CMR lists, the headline says which are meant.
  const name = listsDomains(event.data) ? undefined : nameIn(event)
  return { name, customer: who === name ? undefined : who, amount: eventAlertOf(event)?.amount?.(event) }
}

/** Returns what kind of event it is in a few words, escaped: "payment failed". */
export function titleOf({ event }: Pick<AlertEvent, 'event'>): string {
  return declarationOf(event)?.title ?? ownTitleOf(event) ?? escapeText(cut(event, 100))
}

/** Returns the headline with the customer and the amount behind it, where it does not name them. */
function withParts(headline: string, event: AlertEvent): string {
  const { customer, amount } = notificationParts(event)
  const missing = [customer, amount].filter((part) => part && !headline.includes(part))
  return missing.length > 0 ? `${headline} (${missing.join(', ')})` : headline
}

/**
 * Returns the first line of a notification. Where its first 80 characters would not name the thing, the customer and the
 * amount, these come before the sentence, as short as it takes.
 */
export function notificationLine(event: AlertEvent, sign: string, headline: string): string {
  const line = `${sign} ${headline}`
  const { name, customer, amount } = notificationParts(event)
  const visible = line.slice(0, SHOWN)
  if ([name, customer, amount].every((part) => !part || visible.includes(part))) return line
  const short = name && cut(name, NAME)
  const taken = [sign, short, amount].filter(Boolean).join(', ').length + ', '.length
  const whose = customer && cut(customer, Math.max(SHORTEST, SHOWN - taken))
  const named = [short, whose, amount].filter(Boolean).join(', ')
  return `${sign} ${named}: ${titleOf(event)}. ${headline}`
}

/**
 * For whoever presses a button of an alert that events have overtaken.
 * @param pressed the command that the button stands for, and the event that it was pressed on
 */
export function staleMessage(
  pressed: { readonly id: string; readonly summary: string; readonly eventId: string },
  latest: AlertEvent,
  at: string,
): Message {
  const text = `Since this alert: ${eventLine(latest)} (${moment(at)}). Nothing was done.`
  return {
    text,
    blocks: [
      section(`:hourglass: ${text}`),
      actions(
        button({
          text: `${pressed.summary} anyway`,
          actionId: `${pressed.id}:${regardlessSuffix}`,
          value: pressed.eventId,
        }),
      ),
    ],
  }
}
