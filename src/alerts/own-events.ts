import { randomUUID } from 'node:crypto'
import type { StoredEvent } from '../events/store/events.ts'
import type { Placement } from '../events/store/outbox.ts'
import type { AlertEvent } from './messages/alert-event.ts'

/** One of the bot's own events, beside those of operations. */
interface OwnEvent {
  /** In a few words, for lists. */
  readonly title: string
  /** The events whose trouble is over with it. */
  readonly resolves?: readonly string[]
}

/** Reminders of what ends, of what cannot be paid, and of the wallet, by name. */
export const reminderEvents = {
  'renewal.ending': { title: 'ends unless somebody renews it' },
  'renewal.unpaid': { title: 'renewal that the wallet does not cover' },
  'renewal.blocked': { title: 'renewal that its domain blocks' },
  'renewal.countdown': { title: 'last days to renew' },
  'renewal.safe': {
    title: 'taken care of',
    resolves: ['renewal.ending', 'renewal.unpaid', 'renewal.blocked', 'renewal.countdown'],
  },
  'wallet.low': { title: 'wallet runs low' },
  'wallet.covered': { title: 'wallet covers what comes', resolves: ['wallet.low', 'renewal.unpaid'] },
} as const satisfies Readonly<Record<string, OwnEvent>>

export type ReminderEventName = keyof typeof reminderEvents

const ownEvents: Readonly<Record<string, OwnEvent>> = reminderEvents
/** CMR's own news of a thing ends what the bot has reminded of. */
const renewed = ['renewal.ending', 'renewal.unpaid', 'renewal.blocked', 'renewal.countdown']
const alsoResolved: Readonly<Record<string, readonly string[]>> = {
  'domain.renewal.success': renewed,
  'subscription.renewal.success': renewed,
}

/** Returns what an event of the bot's own is called in a list; nothing for any other. */
export function ownTitleOf(event: string): string | undefined {
  return Object.hasOwn(ownEvents, event) ? ownEvents[event]?.title : undefined
}

/** Returns the bot's own events whose trouble is over with an event, its own or CMR's. */
export function ownTroublesEndedBy(event: string): readonly string[] {
  const own = Object.hasOwn(ownEvents, event) ? ownEvents[event]?.resolves : undefined
  return own ?? (Object.hasOwn(alsoResolved, event) ? (alsoResolved[event] ?? []) : [])
}

/** Returns whether it is a reminder of a renewal, which calls somebody where it is urgent. */
export function isReminder({ event, source }: { readonly event: string; readonly source: string }): boolean {
  return source === 'bot' && Object.hasOwn(reminderEvents, event)
}

/** Neither tests nor reminders are about something that others route, thread or mute by. */
const aboutNothing = { subject: null, user_id: null, domain: null, operation_id: null }

const TEST = /^test:(r\d+):/

/** What a button of a test alert answers; plain text. */
export const testSentence =
  'This is a test alert, so nothing was done. On a real alert this button does what it says.'

/**
 * A sample that is told by one route and by nobody else.
 * @param sample an event as CMR documents it
 */
export function testEvent(
  routeId: string,
  sample: Pick<StoredEvent, 'event' | 'severity'>,
  data: Readonly<Record<string, unknown>>,
  at: Date,
): StoredEvent {
  return {
    event_id: `test:${routeId}:${randomUUID()}`,
    event: sample.event,
    severity: sample.severity,
    data: JSON.stringify(data),
    received_at: at.toISOString(),
    source: 'test',
    ...aboutNothing,
  }
}

/** The route that a test is for; nothing where the event is none. */
export function testedRoute({ source, event_id }: StoredEvent): string | undefined {
  return source === 'test' ? TEST.exec(event_id)?.[1] : undefined
}

const REMINDER = 'alert.reminder'

/** What a reminder is made from. */
interface Reminder {
  /** Of the snooze: it is told once. */
  readonly id: string
  readonly channel: string
  readonly threadTs: string
  readonly askedBy: string
  /** What was snoozed, where it is still stored. */
  readonly about: AlertEvent | undefined
  /** What came of it meanwhile. */
  readonly since: AlertEvent | undefined
}

/** A reminder travels as every event does: stored, told once, tried again where Slack is away. */
export function reminderEvent(reminder: Reminder, at: Date): StoredEvent {
  return {
    event_id: `reminder:${reminder.id}`,
    event: REMINDER,
    severity: 'bad',
    data: JSON.stringify(reminder),
    received_at: at.toISOString(),
    source: 'bot',
    ...aboutNothing,
  }
}

/** Where a reminder belongs; nothing where the event is none. */
export function reminderPlacement({ source, event, data }: StoredEvent): Placement | undefined {
  if (source !== 'bot' || event !== REMINDER) return undefined
  const { channel, threadTs } = JSON.parse(data) as Reminder
  return { channel, threadTs, threaded: false }
}
