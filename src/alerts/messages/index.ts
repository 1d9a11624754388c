import type { KnownBlock } from '@slack/types'
import { leftOut, withoutLeftOut } from '../../cmr/json.ts'
import { code, context, counted, cut, escapeText, type Message, section } from '../../slack/blocks.ts'
import { alertButtons } from './buttons.ts'
import { alertOf } from './event-alerts.ts'
import type { AlertState } from './event-buttons.ts'
import { type EventText, inOneLine } from './event-text.ts'
import { notificationLine, notificationParts, titleOf, withParts } from './notification.ts'
import { type AlertEvent, idLine, nameIn, reader } from './read.ts'

export type { AlertState } from './event-buttons.ts'
export type { AlertEvent } from './read.ts'

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
  const parts = notificationParts(event)
  const first = { sign, headline: `${isTest(event) ? '*Test*: ' : ''}${withParts(headline, parts)}` }
  const blocks: KnownBlock[] = [
    section([`${first.sign} ${first.headline}`, ...body].join('\n')),
    context(
      escapeText(event.event),
      ...(event.source === 'sync' ? [FOUND_BY_SYNC] : []),
      ...idLine(event.data),
    ),
    ...alertButtons(event, state),
  ]
  const line = notificationLine(first, parts, titleOf(event))
  return { text: cut(inOneLine([line, ...body]), 3000), blocks }
}

const FOUND_BY_SYNC = 'Found by sync: no webhook announced it'

/** One event in a list of many. */
export function eventLine(event: AlertEvent): string {
  return headlineOf(event).replaceAll('*', '')
}

/** What happened to whom, and what it costs, in mrkdwn. */
export function headlineOf(event: AlertEvent): string {
  return cut(withParts(textOf(event).headline, notificationParts(event)), 300)
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
  const alert = alertOf(event)
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
