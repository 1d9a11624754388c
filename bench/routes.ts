import { providers, type Route } from '../src/alerts/routing/route.ts'
import { createEventRouter } from '../src/alerts/routing/route-event.ts'
import { createRouteMatcher } from '../src/alerts/routing/route-matcher.ts'
import { severities } from '../src/cmr/events/event.ts'
import { webhookEvents } from '../src/cmr/events/index.ts'
import { storedEvent } from '../src/events/stored-event.ts'

// How long it takes to decide who hears of an event, with 1,000 routes of every sort.

const ROUTES = 1000
const EVENTS = 10_000
const BOUND_US = 1000
const kinds = Object.keys(webhookEvents)
const pick = <T>(values: readonly T[], at: number): T => values[at % values.length] as T

const routes = Array.from(
  { length: ROUTES },
  (_, at): Route => ({
    id: `r${at + 1}`,
    channel: `C${at % 200}`,
    channelName: `channel-${at % 200}`,
    filter: {
      events: at % 3 === 0 ? [] : [pick([...kinds, 'subscription.*', 'domain.*', '*.failed'], at)],
      severities: at % 4 === 0 ? [pick(severities, at)] : [],
      users: at % 5 === 0 ? [{ id: `USER${at % 100}`, name: `user ${at}` }] : [],
      domains: at % 2 === 0 ? [`*${at % 500}.com`, `team-${at}-*.io`] : [],
      provider: at % 7 === 0 ? pick(providers, at) : null,
      operations: 'foreign',
    },
    delivery: {
      threaded: true,
      mention: '<@U1>',
      mentionFor: ['urgent'],
      quiet: at % 6 === 0 ? { from: '22:00', to: '07:00' } : null,
      digest: pick(['off', 'hourly', 'daily'] as const, at),
      digestAt: 8,
      zone: pick(['UTC', 'Europe/Berlin', 'America/New_York'], at),
      urgentPasses: true,
      alsoInAlerts: false,
    },
    createdBy: 'U1',
    mutedUntil: null,
    mutedBy: null,
  }),
)
const events = Array.from({ length: EVENTS }, (_, at) => {
  const event = pick(kinds, at)
  const domain = `acme-${at % 500}.com`
  const data = {
    userId: `USER${at % 100}`,
    domain,
    workspaceType: pick(providers, at),
    subscriptionId: `S${at}`,
  }
  const severity = webhookEvents[event]?.severity ?? 'info'
  return storedEvent({ event, eventId: `e${at}`, severity, data }, '2026-11-24T12:00:00.000Z')
})

const routeMatcher = createRouteMatcher(routes, [])
const place = createEventRouter({
  routeMatcher: () => routeMatcher,
  alertsChannel: 'CALERTS',
  clock: () => new Date(),
})
for (const event of events.slice(0, 500)) place(event, undefined)

// Processor time: a machine that does other things meanwhile must not decide this.
const before = process.cpuUsage()
let told = 0
for (const event of events) told += place(event, undefined).length
const { user, system } = process.cpuUsage(before)
const micros = (user + system) / events.length
console.table({
  'an event against 1,000 routes, µs': { bot: Math.round(micros), wanted: `< ${BOUND_US}` },
  'channels that hear it, on average': { bot: Number((told / events.length).toFixed(1)) },
})
if (!(micros < BOUND_US)) process.exitCode = 1
