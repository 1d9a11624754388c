import type { PlainTextOption } from '@slack/types'
import type { Search } from '../commands/field.ts'
import { eventNamed, eventsLike } from '../events/store/events.ts'
import { runName } from '../imports/messages.ts'
import { latestRuns } from '../imports/store/runs.ts'
import { latestOperations, openOperations, operationsCalled } from '../operations/store/operations.ts'
import { option } from '../slack/blocks.ts'

/** As many as a person looks through. */
const SHOWN = 50
/** Older ones are found by their id. */
const LATEST = 200

/** Routes by their id, channel, and what they take. */
export const searchRoutes: Search = async ({ alerts }, typed) =>
  matching(
    alerts.routes.routeMatcher().routes.map(({ route: { id, channelName, filter } }) => {
      const what = [...filter.events, ...filter.severities].join(', ') || 'every event'
      return option(`${id} · #${channelName} · ${what}`, id)
    }),
    typed,
  )

/** What was told lately, by its kind, what it is about, or its id. */
export const searchEvents: Search = async ({ store, alerts }, typed) => {
  const exact = typed ? await eventNamed(store.db, typed) : undefined
  const found = exact ? [exact] : await eventsLike(store.db, typed, SHOWN)
  return found.map(({ event_id, event, domain, subject, received_at }) =>
    option(
      [event, domain ?? subject, moment(received_at, alerts.zone)].filter(Boolean).join(' · '),
      event_id,
    ),
  )
}

/** Operations, the open ones first; any by an id that CMR gave it. */
export const searchOperations: Search = async ({ store: { db }, alerts }, typed) => {
  const called = typed ? await operationsCalled(db, typed) : []
  const found = called.length
    ? called
    : [...(await openOperations(db, LATEST)), ...(await latestOperations(db, LATEST))]
  const options = found.map(({ id, endpoint, label, created_at }) =>
    option(`${endpoint.replace('.', ' ')} · ${label} · ${moment(created_at, alerts.zone)}`, id),
  )
  return called.length ? options : matching(unique(options), typed)
}

/** Imports by what they import, or their id. */
export const searchRuns: Search = async ({ store, alerts }, typed) => {
  const runs = await latestRuns(store.db, LATEST)
  return matching(
    runs.map((run) => option(`${runName(run)} · ${run.id} · ${moment(run.created_at, alerts.zone)}`, run.id)),
    typed,
  )
}

function matching(options: readonly PlainTextOption[], typed: string): PlainTextOption[] {
  const wanted = typed.toLowerCase()
  return options
    .filter(({ text, value }) => value === typed || text.text.toLowerCase().includes(wanted))
    .slice(0, SHOWN)
}

function unique(options: readonly PlainTextOption[]): PlainTextOption[] {
  return [...new Map(options.map((one) => [one.value, one])).values()]
}

/** Options are plain text: Slack shows no date in the reader's own zone there. */
function moment(when: string, zone: string): string {
  return new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(new Date(when))
}
