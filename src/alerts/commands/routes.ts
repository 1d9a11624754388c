import { z } from 'zod'
import { webhookEvents } from '../../cmr/events/index.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { pageField, pageOfAll } from '../../commands/paging.ts'
import { isAdmin } from '../../commands/permissions.ts'
import { outboxStats } from '../../events/store/outbox.ts'
import { whyBroken } from '../../slack/errors.ts'
import {
  brokenFirst,
  ROUTES_SHOWN,
  routeAdded,
  routeChoice,
  routeList,
  routeSentence,
  routeTested,
} from '../messages/routes.ts'
import type { Route } from '../routing/route.ts'
import { holdOf } from '../routing/route-event.ts'
import { sampleFor } from '../routing/samples.ts'
import { brokenQueues } from '../store/channel-queues.ts'
import { add, channel, draftOf, greet, subscribe } from './add-route.ts'
import { type AlertContext, alertCommand } from './alert-command.ts'
import { enteredFrom, routeFields } from './route-fields.ts'
import { askWhoReads, routeField as id, movingAway, routeId, routeNamed, silencing } from './route-named.ts'

const own = { noun: 'alerts', own: true } as const

const list = alertCommand({
  ...own,
  verb: 'list',
  summary: 'List alert routes',
  about: 'Lists which alerts go to which channel, and what is muted.',
  effect: 'read',
  input: z.object({ page: pageField }),
  positional: ['page'],
  async run({ alerts, store, clock, access, caller }, { page = 1 }) {
    const { routes, mutes } = alerts.routes.routeMatcher()
    const now = clock()
    const { failed } = await outboxStats(store.db)
    const broken = (await brokenQueues(store.db)).map(({ channel: where, error, broken_at, waiting }) => ({
      channel: where,
      why: whyBroken(error),
      since: broken_at ?? now.toISOString(),
      waiting,
    }))
    const sorted = brokenFirst(
      routes.map(({ route }) => route),
      broken,
    )
    const { alertsChannel } = alerts
    const shown = pageOfAll(sorted, page, ROUTES_SHOWN).rows.map(({ channel: where }) => where)
    return {
      message: routeList({
        routes: sorted,
        page,
        mutes: [...mutes.values()].filter(({ until }) => until === null || until > now),
        broken,
        outsiders: await alerts.channelAccess.knownOutsiders([...shown, alertsChannel ?? '']),
        alertsChannel,
        failed,
        isAdmin: await isAdmin(access, caller.userId),
        now,
      }),
    }
  },
  rows: async ({ alerts }) =>
    alerts.routes
      .routeMatcher()
      .routes.map(({ route }) => ({ ...route, mutedUntil: route.mutedUntil?.toISOString() })),
})

const unsubscribe = alertCommand({
  noun: 'unsubscribe',
  verb: 'show',
  isOnlyVerb: true,
  own: true,
  summary: 'Unsubscribe this channel',
  about: 'Removes the route to the channel in which you type it.',
  effect: 'write',
  asks: 'nothing',
  consequence: (context) =>
    routesHere(context)
      .map(({ id: one }) => silencing(context, one))
      .find(Boolean),
  input: z.object({}),
  positional: [],
  async run({ alerts, caller }) {
    const here = routesHere({ alerts, caller })
    const [only, another] = here
    if (!only) return { message: notice('No route posts to this channel. `/cmr alerts` lists them all.') }
    return another ? { message: routeChoice(here) } : removed(alerts, only)
  },
})

function routesHere({ alerts, caller }: Pick<AlertContext, 'alerts' | 'caller'>): Route[] {
  const { routes } = alerts.routes.routeMatcher()
  return routes.map(({ route }) => route).filter(({ channel: where }) => where === caller.channelId)
}

/** The route that is named as it is now. */
async function todays({ alerts }: AlertContext, given: Readonly<Record<string, unknown>>) {
  const route = typeof given.id === 'string' ? alerts.routes.route(routeId(given.id)) : undefined
  if (!route) return { values: {} }
  const { group, ...values } = enteredFrom(route)
  // Whoever names a person means it in place of the group.
  return { values: given.mention ? values : { ...values, group } }
}

const edit = alertCommand({
  ...own,
  verb: 'edit',
  summary: 'Edit a route',
  about: 'Changes what a route takes and how it posts. What you do not name stays as it is.',
  effect: 'write',
  example: 'r3 --severities urgent --quiet ""',
  asks: 'nothing',
  submit: 'Save',
  consequence: (context, { id: named, ...given }) => silencing(context, named) ?? movingAway(context, given),
  input: z.object({
    id: id.meta({ reloads: true, hint: 'Fills in the form with what it is now' }),
    channel: channel.optional(),
    ...routeFields,
  }),
  positional: ['id'],
  picks: ['id'],
  prefill: todays,
  follow: todays,
  async question(context, { id: named, channel: where, outsiders }) {
    const before = context.alerts.routes.route(named)
    const isNew = where !== undefined && before !== undefined && where !== before.channel
    return isNew ? askWhoReads(context, where, { outsiders }) : undefined
  },
  async run(context, { id: named, channel: where, ...entered }) {
    const before = routeNamed(context, named)
    const draft = await draftOf(context, where ?? before.channel, entered)
    if (draft.channel !== before.channel) await greet(context, draft)
    await context.alerts.routes.edit(named, draft)
    return { message: routeAdded({ ...before, ...draft }, context.alerts.alertsChannel) }
  },
})

const remove = alertCommand({
  ...own,
  verb: 'remove',
  summary: 'Remove a route',
  about: 'Removes a route. What no other route takes goes to the alerts channel.',
  effect: 'write',
  submit: 'Remove',
  consequence: (context, { id: named }) => silencing(context, named),
  input: z.object({ id }),
  positional: ['id'],
  confirm: async (context, input) => ({
    text: `*Remove ${input.id}?*\n${routeSentence(routeNamed(context, input.id))}\nEvents that no other route takes then go to the alerts channel.`,
  }),
  run: async (context, input) => removed(context.alerts, routeNamed(context, input.id)),
})

async function removed(alerts: AlertContext['alerts'], route: Route) {
  await alerts.routes.remove(route.id)
  return { message: notice(`:wastebasket: *${route.id}* is removed. It was: ${routeSentence(route)}`) }
}

const test = alertCommand({
  ...own,
  verb: 'test',
  summary: 'Test a route',
  about: 'Posts a sample alert through a route.',
  effect: 'write',
  asks: 'nothing',
  submit: 'Send a test',
  input: z.object({
    id,
    event: z
      .enum(Object.keys(webhookEvents) as [string, ...string[]])
      .optional()
      .meta({ label: 'Event', hint: 'Leave empty for one that the route takes' }),
  }),
  positional: ['id', 'event'],
  async run(context, input) {
    const { alerts, clock } = context
    const { id: named } = routeNamed(context, input.id)
    const compiled = alerts.routes.routeMatcher().routes.find(({ route }) => route.id === named)
    const sample = compiled && sampleFor(compiled, input.event, clock())
    if (!sample) throw new InputError('event', 'CMR has no such event.')
    await alerts.ingest([sample.event])
    return {
      message: routeTested(compiled.route, {
        event: sample.event.event,
        taken: sample.taken,
        heldUntil: holdOf(compiled, sample.event, clock())?.holdUntil,
      }),
    }
  },
})

/** `/cmr alerts …`, and its short forms from inside a channel. */
export const routeCommands = [list, add, edit, remove, test, subscribe, unsubscribe]
