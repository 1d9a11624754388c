import { z } from 'zod'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import { routeAdded, routeHello, routeSentence } from '../messages/routes.ts'
import type { Route } from '../routing/route.ts'
import type { RouteDraft } from '../routing/route-table.ts'
import { type AlertContext, alertCommand } from './alert-command.ts'
import { routeFields, routeFrom } from './route-fields.ts'
import { askWhoReads, movingAway } from './route-named.ts'

export const channel = z.string().meta({ label: 'Channel', slack: 'channel' })
const input = z.object({ channel: channel.optional(), ...routeFields })
type Entered = z.output<typeof input>

/** What the two commands that add a route have in common. */
const adding = {
  effect: 'write',
  asks: 'nothing',
  own: true,
  consequence: movingAway,
  input,
  positional: ['events'],
  prefill: newRoute,
  question: (context: AlertContext, given: Entered) =>
    askWhoReads(context, given.channel ?? context.caller.channelId, given),
  run: addRoute,
} as const

export const add = alertCommand({
  ...adding,
  noun: 'alerts',
  verb: 'add',
  summary: 'Add a route',
  about: 'Sends alerts to a channel: all of them, or only some kinds, customers or domains.',
  example: '"subscription.* domain.grace_period" --severities urgent --quiet 22:00-07:00',
  submit: 'Add route',
})

/** From inside a channel: `/cmr subscribe subscription.* urgent`. */
export const subscribe = alertCommand({
  ...adding,
  noun: 'subscribe',
  verb: 'show',
  isOnlyVerb: true,
  summary: 'Subscribe this channel',
  about: 'Sends alerts to the channel in which you type it.',
  example: '"mailbox.* domain.*" --digest daily --digest-at 8',
  submit: 'Subscribe',
})

async function newRoute({ caller, zone }: AlertContext) {
  const values = {
    channel: caller.channelId,
    operations: 'foreign',
    threads: true,
    digest: 'off',
    timezone: zone,
    urgentPasses: true,
    alsoInAlerts: true,
  }
  return { values }
}

async function addRoute(context: AlertContext, { channel: named, ...entered }: Entered) {
  const { alerts, caller } = context
  const draft = await draftOf(context, named ?? caller.channelId, entered)
  const same = alerts.routes.routeMatcher().routes.find(({ route }) => isSame(route, draft))?.route
  if (same) return { message: notice(`That is already *${same.id}*: ${routeSentence(same)}`) }
  await greet(context, draft)
  return { message: routeAdded(await alerts.routes.add(draft, caller.userId), alerts.alertsChannel) }
}

/** What the channel reads is also the proof that alerts will reach it. */
export async function greet({ alerts, caller }: AlertContext, draft: RouteDraft): Promise<void> {
  const said = await alerts.channelAccess.say(draft.channel, routeHello(draft, caller.userId))
  if (!said.ok) throw new InputError('channel', said.sentence)
}

/** @throws InputError where the bot may not post in that channel, or a value makes no sense */
export async function draftOf(
  context: AlertContext,
  named: string | undefined,
  entered: Parameters<typeof routeFrom>[1],
): Promise<RouteDraft> {
  if (!named) throw new InputError('channel', 'Name the channel to post to: --channel #renewals')
  const { filter, delivery } = await routeFrom(context, entered)
  const entering = await context.alerts.channelAccess.enter(named)
  if (!entering.ok) throw new InputError('channel', entering.sentence)
  return { channel: entering.id, channelName: entering.name, filter, delivery }
}

function isSame(route: Route, draft: RouteDraft): boolean {
  const essence = ({ channel: where, filter, delivery }: RouteDraft) =>
    JSON.stringify([where, filter, delivery])
  return essence(route) === essence(draft)
}
