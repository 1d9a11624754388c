import { z } from 'zod'
import { userIdOf } from '../../cmr/answers/users.ts'
import { webhookEvents } from '../../cmr/events/index.ts'
import { isDomainName, plainText } from '../../cmr/normal-forms.ts'
import { dropCredentials } from '../../cmr/redact.ts'
import { wrongDateSentence } from '../../commands/calendar-dates.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { pageField, pageOfRows, turning } from '../../commands/paging.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { userNamed } from '../../directory/names/called.ts'
import { announcedBefore } from '../../events/late-webhooks.ts'
import { countEvents, deliveriesOf, type EventSearch, eventLog } from '../../events/store/event-log.ts'
import { eventNamed, type StoredEvent } from '../../events/store/events.ts'
import { alertOf } from '../messages/alert-event.ts'
import { eventCard, eventList, eventWhy } from '../messages/event-log.ts'
import { explain } from '../routing/route-event.ts'
import { kindsAmong } from '../routing/route-matcher.ts'
import { sinceExamples, sinceOf, sinceWords } from '../routing/typed-times.ts'
import {
  type AlertContext,
  alertCommand,
  customersOfEvent,
  eventId,
  ownersOf,
  storedEventNamed,
} from './alert-command.ts'
import { postAgain } from './on-call.ts'
import { eventChoices, familyOf, unknownKindSentence } from './route-fields.ts'

const own = { noun: 'events', own: true } as const
const PAGE = 10

const when = z.string().max(20)
const whenHint = 'Today, yesterday, an age such as 24h or 7d, a weekday, or a date such as 2026-11-24'

const searchFields = {
  event: z
    .string()
    .max(60)
    .optional()
    .meta({
      label: 'Kind',
      example: 'subscription.*',
      hint: `Such as ${eventChoices.slice(0, 3).join(', ')}`,
    }),
  since: when.optional().meta({
    label: 'Since',
    hint: whenHint,
    spans: sinceWords,
    takesDates: true,
    normal: (text: string) => plainText(text).replace(/^(?:since|from) /i, ''),
  }),
  before: when.optional().meta({ label: 'Before', hint: whenHint }),
  about: z
    .string()
    .max(255)
    .optional()
    .meta({
      label: 'About',
      hint: 'A domain, a customer’s e-mail or id, or a subject such as subscription:ID',
      spans: ([word = '']) => (isAbout(word) ? 1 : 0),
    }),
  told: z.boolean().optional().meta({ label: 'Posted' }),
  source: z.enum(['webhook', 'sync', 'test', 'bot']).optional().meta({ label: 'Found by' }),
}
type SearchedEvents = z.output<z.ZodObject<typeof searchFields>>

/** Whoever names one event means that one, although its id may look like a domain. */
async function oneNamed({ store }: AlertContext, { event, about }: SearchedEvents) {
  const named = event ?? about
  return named ? eventNamed(store.db, named) : undefined
}

/** What is looked for, as people say it, in the store's terms. @throws InputError for moments that are none */
async function searchOf(search: SearchedEvents, context: AlertContext): Promise<EventSearch> {
  const { clock } = context
  const momentIn = (field: 'since' | 'before') =>
    search[field] === undefined ? undefined : pastMoment(search[field], field, clock(), context.zone)
  const [since, before] = [momentIn('since'), momentIn('before')]
  const event = search.event && (familyOf(search.event) ?? search.event.toLowerCase())
  const { about } = search
  const user = about?.includes('@') ? userIdOf(await userNamed(context, about, 'about')) : undefined
  const customers = await customersOfCaller(context)
  return { ...search, event, since, before, about: user ?? about, customers }
}

const list = alertCommand({
  ...own,
  verb: 'list',
  summary: 'List events',
  about: 'Lists everything that CMR has reported, the newest first.',
  example: 'subscription.* --since 24h --about acme.com',
  effect: 'read',
  input: z.object({
    ...searchFields,
    page: pageField,
  }),
  positional: ['event', 'since', 'about'],
  takesThings: true,
  begins: (word) =>
    familyOf(word) !== undefined || sinceWords([word]) > 0 || /^(?:last|past|since|this)$/i.test(word),
  async customers(context, { event, about }) {
    const one = await oneNamed(context, { event, about })
    if (one) return ownersOf([one])
    return about?.includes('@') ? [userIdOf(await userNamed(context, about, 'about'))] : undefined
  },
  async run(context, { page = 1, ...search }) {
    const one = await oneNamed(context, search)
    if (one) return shown(context, one.event_id)
    const wanted = await searchOf(search, context)
    const { db } = context.store
    const { rows, place } = await pageOfRows(page, PAGE, {
      read: (at) => eventLog(db, wanted, at),
      count: () => countEvents(db, wanted),
    })
    const lines = rows.map((row) => ({
      event: alertOf(row),
      at: row.received_at,
      source: row.source,
      told: row.told,
      waiting: row.waiting,
    }))
    // The bot's own events have names of their own.
    if (rows.length === 0 && search.event && search.source !== 'bot') refuseUnknownKind(search.event)
    const given = Object.entries({ ...search, event: wanted.event }).filter(
      ([, value]) => value !== undefined,
    )
    const what = given.map(([name, value]) => `, ${name} ${inWords(value)}`).join('')
    return { message: eventList(lines, { place, what, turn: turning(search) }) }
  },
  async rows(context, { page: _, ...search }, most) {
    const rows = await eventLog(context.store.db, await searchOf(search, context), { from: 0, limit: most })
    return rows.map(({ data: __, ...row }) => row)
  },
})

/** @throws InputError for a kind that CMR never sends; one that it has sent all the same is in the list */
function refuseUnknownKind(event: string): void {
  const patterns = [event, familyOf(event) ?? event]
  if (kindsAmong(patterns, [...Object.keys(webhookEvents), ...eventChoices]).length > 0) return
  throw new InputError('event', unknownKindSentence(event))
}

/** A domain, an address or a subject, but no kind of event. */
function isAbout(word: string): boolean {
  const [family = ''] = word.split('.')
  if (familyOf(family) || /^\W|[*?{]/.test(word)) return false
  return word.includes('@') || isDomainName(word) || /^(?:subscription|domain|order):./i.test(word)
}

function inWords(value: unknown): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)
}

/** @throws InputError where it is no moment of the past */
function pastMoment(said: string, field: string, now: Date, zone: string): Date {
  const moment = sinceOf(said, now, zone)
  if (!moment) throw new InputError(field, wrongDateSentence(said) ?? `Say ${sinceExamples}.`)
  return moment
}

const show = alertCommand({
  ...own,
  verb: 'show',
  summary: 'Show an event',
  about: 'Shows an event with all that CMR sent.',
  effect: 'read',
  customers: customersOfEvent,
  input: z.object({ eventId }),
  positional: ['eventId'],
  run: (context, input) => shown(context, input.eventId),
})

async function shown(context: AlertContext, named: string) {
  const event = await storedEventNamed(context, named)
  const told = await updatesOfRow(context, event)
  const alert = alertOf({ ...event, data: JSON.stringify(dropCredentials(JSON.parse(event.data))) })
  return {
    message: eventCard(
      { ...event, told: 0, waiting: 0 },
      alert,
      told,
      await announcedBefore(context.store.db, event.event_id),
    ),
  }
}

/** Where an event stands, or will, with the way there. */
async function updatesOfRow({ store, alerts }: AlertContext, event: StoredEvent) {
  const tellings = await deliveriesOf(store.db, event.event_id)
  return Promise.all(
    tellings.map(async (one) => ({
      ...one,
      permalink: one.ts
        ? await alerts.channelAccess.permalink(one.posted_channel ?? one.channel, one.ts)
        : undefined,
    })),
  )
}

/** Said of events, and the same of alerts. */
function whyCommand(noun: 'events' | 'alerts') {
  return alertCommand({
    ...own,
    noun,
    verb: 'why',
    summary: 'Explain an alert',
    about: 'Explains which routes took an event, and why it was posted where it was.',
    rare: true,
    effect: 'read',
    customers: customersOfEvent,
    input: z.object({ eventId }),
    positional: ['eventId'],
    run: whyOf,
  })
}

async function whyOf(context: AlertContext, input: { eventId: string }) {
  const { alerts, clock } = context
  const event = await storedEventNamed(context, input.eventId)
  const explanation = explain(alerts.routes.routeMatcher(), event, clock())
  const told = await updatesOfRow(context, event)
  const before = await announcedBefore(context.store.db, event.event_id)
  return { message: eventWhy(alertOf(event), told, explanation, alerts.alertsChannel, before) }
}

const tell = alertCommand({
  ...own,
  verb: 'tell',
  summary: 'Post an event again',
  about: 'Posts an event again in the channel in which you type it.',
  rare: true,
  effect: 'write',
  customers: customersOfEvent,
  asks: 'nothing',
  submit: 'Post again',
  input: z.object({ eventId }),
  positional: ['eventId'],
  async run(context, input) {
    const event = await storedEventNamed(context, input.eventId)
    const channel = context.caller.channelId
    if (!channel) throw new InputError('eventId', 'Run this in the channel where it should be posted.')
    await postAgain(context, event, channel)
    return { message: notice(':repeat: Posted again.') }
  },
})

/** `/cmr events …` */
export const eventCommands = [list, show, tell, whyCommand('events'), whyCommand('alerts')]
