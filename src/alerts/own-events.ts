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

/** Whether it is a reminder, which calls somebody where it is urgent. */
export function isReminder({ event, source }: { readonly event: string; readonly source: string }): boolean {
  return source === 'bot' && Object.hasOwn(reminderEvents, event)
}
