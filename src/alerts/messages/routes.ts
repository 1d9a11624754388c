import type { KnownBlock } from '@slack/types'
import { quoted } from '../../commands/grammar.ts'
import { pageOfAll, turning } from '../../commands/paging.ts'
import { forAdmins } from '../../commands/permissions.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  escapeText,
  type Message,
  moment,
  section,
} from '../../slack/blocks.ts'
import { type ListPlace, listMessage } from '../../slack/list.ts'
import type { Mute, Route } from '../routing/route.ts'

/** A route as one sentence. */
export function routeSentence({
  channel,
  filter,
  delivery,
}: Pick<Route, 'channel' | 'filter' | 'delivery'>): string {
  const events = filter.events.length ? and(filter.events.map(escapeText)) : 'every event'
  const severities = filter.severities.length ? ` (${filter.severities.join(', ')})` : ''
  const users = filter.users.length ? and(filter.users.map(({ name }) => escapeText(name))) : 'all customers'
  const domains = filter.domains.length ? `, on ${and(filter.domains.map(escapeText))}` : ''
  const provider = filter.provider ? `, on ${filter.provider}` : ''
  const whose = {
    foreign: '',
    own: ', only what people did through the bot',
    both: ', what people did through the bot too',
  }[filter.operations]
  return `<#${channel}> gets ${events}${severities} of ${users}${domains}${provider}${whose}; ${manner(delivery)}.`
}

function manner({
  threaded,
  mention,
  mentionFor,
  quiet,
  digest,
  digestAt,
  zone,
  urgentPasses,
}: Route['delivery']) {
  const parts = [threaded ? 'one thread per subject' : 'no threads']
  if (mention) parts.push(`mentions ${mention} for ${mentionFor.join(', ')}`)
  if (quiet) parts.push(`quiet ${code(`${quiet.from}–${quiet.to}`)} ${escapeText(zone)}`)
  if (digest === 'hourly') parts.push('a digest every hour')
  if (digest === 'daily') parts.push(`a digest every day at ${digestAt}:00 ${escapeText(zone)}`)
  if (urgentPasses && (quiet || digest !== 'off')) parts.push('urgent ones at once')
  return parts.join(', ')
}

/** What is wrong with a channel. */
interface Broken {
  readonly channel: string
  readonly why: string
  readonly since: string
  readonly waiting: number
}

/** What a channel reads when it begins to hear: also the proof that the bot may post there. */
export function routeHello(route: Pick<Route, 'channel' | 'filter' | 'delivery'>, by: string): Message {
  const text = `:satellite_antenna: ${routeSentence(route)}`
  return { text, blocks: [section(text), context(`Set up by <@${by}> · \`/cmr alerts\` changes it`)] }
}

/** For whoever made or changed a route, with the choice whether the alerts channel keeps what the route takes. */
export function routeAdded(route: Route, alertsChannel: string | undefined): Message {
  const text = `:white_check_mark: *${route.id}*: ${routeSentence(route)}`
  const choice = alertsChoice(route, alertsChannel)
  return {
    text: choice ? `${text} ${choice.text}` : text,
    blocks: [
      section(text),
      ...(choice ? [section(choice.text, choice.button)] : []),
      actions(...routeButtons(route, false)),
    ],
  }
}

/** Says whether the alerts channel keeps what a route takes, with the button for the other; nothing where it got none of it. */
function alertsChoice({ id, channel, filter, delivery }: Route, alertsChannel: string | undefined) {
  if (!alertsChannel || channel === alertsChannel || filter.operations === 'own') return undefined
  const name = channelName(alertsChannel)
  const [text, other, value] = delivery.alsoInAlerts
    ? [`They are still posted in ${name} too.`, 'Only in the route’s channel', 'no']
    : [`:warning: They are no longer posted in ${name}.`, 'Keep them there too', 'yes']
  const actionId = `alerts.edit:alsoInAlerts`
  return { text, button: button({ text: other, actionId, value: `${id} alsoInAlerts=${value}` }) }
}

/** For whoever wants a channel to hear less: which of its routes is meant? */
export function routeChoice(routes: readonly Route[]): Message {
  const text = `${routes.length} routes post to this channel. Which one do you want to remove?`
  const lines = routes
    .slice(0, 40)
    .map((route) =>
      section(
        `*${route.id}*  ${routeSentence(route)}`,
        button({ text: 'Remove', actionId: `alerts.remove:${route.id}`, value: route.id, style: 'danger' }),
      ),
    )
  return { text, blocks: [section(text), ...lines] }
}

/** For whoever tries a route out. */
export function routeTested(
  { id, channel }: Route,
  sample: { readonly event: string; readonly taken: boolean; readonly heldUntil: Date | undefined },
): Message {
  const later = sample.heldUntil && ` A real one would be in the summary of ${moment(sample.heldUntil)}.`
  const real = sample.taken
    ? (later ?? ' A real one would be posted just like this.')
    : ' A real one would not be posted: the route does not take this kind.'
  const text = `:test_tube: A test of ${escapeText(sample.event)} is on its way to <#${channel}> by *${id}*.${real}`
  return { text, blocks: [section(text)] }
}

/** How many routes a message shows: each takes two blocks of the fifty. */
export const ROUTES_SHOWN = 16
/** A channel that is broken takes one. */
const brokenShown = 7
/** One each, too. */
const mutesShown = 5

/** Returns routes in the order in which they are listed: those whose channel is broken come first. */
export function brokenFirst(
  routes: readonly Route[],
  broken: readonly Pick<Broken, 'channel'>[],
): readonly Route[] {
  const isBroken = ({ channel }: Route) => broken.some((one) => one.channel === channel)
  return [...routes.filter(isBroken), ...routes.filter((route) => !isBroken(route))]
}

/** `/cmr alerts`. */
export function routeList(parts: {
  /** In their order. */
  readonly routes: readonly Route[]
  readonly page: number
  readonly mutes: readonly Mute[]
  readonly broken: readonly Broken[]
  /** Who from outside reads a channel, by its id; mrkdwn. */
  readonly outsiders: ReadonlyMap<string, string>
  readonly alertsChannel: string | undefined
  readonly failed: number
  /** Whether whoever reads it reads settings. */
  readonly isAdmin: boolean
  readonly now: Date
}): Message {
  const { routes, mutes, broken } = parts
  const { rows, place } = pageOfAll(routes, parts.page, ROUTES_SHOWN)
  const inAlerts = parts.outsiders.get(parts.alertsChannel ?? '')
  const none = `No route yet: ${parts.alertsChannel ? 'everything goes to the alerts channel' : 'nothing is posted'}`
  return listMessage({
    id: 'alerts.list',
    title: routes.length === 0 ? none : counted(routes.length, 'route'),
    place,
    turn: turning({}),
    rows: [
      ...broken.slice(0, brokenShown).map((one) => brokenSection(one, parts.alertsChannel)),
      ...rows.flatMap((route) => routeBlocks(route, parts)),
      ...mutes
        .slice(0, mutesShown)
        .map((mute, at) => section(muteSentence(mute), unmuteButton(mute.subject, `:${at}`))),
    ],
    notes: [
      inAlerts && `:warning: The alerts channel is read by ${inAlerts}.`,
      parts.alertsChannel
        ? `What no route takes goes to ${channelName(parts.alertsChannel)}: urgent and bad at once, the rest together.`
        : `What no route takes is stored and not posted. ${forAdmins(parts.isAdmin, 'Set `CMR_ALERTS_CHANNEL` to have it posted.')}`,
      mutes.length > mutesShown && `:no_bell: and ${mutes.length - mutesShown} more`,
      parts.failed > 0 && `${parts.failed} could not be posted: \`/cmr alerts failed\``,
    ],
    buttons: [button({ text: 'Add a route', actionId: 'alerts.add', style: 'primary' })],
  })
}

function routeBlocks(
  route: Route,
  {
    now,
    alertsChannel,
    outsiders,
  }: {
    readonly now: Date
    readonly alertsChannel: string | undefined
    readonly outsiders: ReadonlyMap<string, string>
  },
): KnownBlock[] {
  const { id, channel, mutedUntil, mutedBy } = route
  const muted = mutedUntil !== null && mutedUntil > now
  const silence = muted ? `\n:no_bell: Muted until ${moment(mutedUntil)} by <@${mutedBy}>` : ''
  const read = outsiders.get(channel)
  const outside = read ? `\n:warning: Read by ${read}` : ''
  const there = alertsChoice(route, alertsChannel)?.text ?? ''
  return [
    section(`*${id}*  ${routeSentence(route)} ${there}${outside}${silence}`.trim()),
    actions(...routeButtons(route, muted)),
  ]
}

function routeButtons({ id }: Route, muted: boolean) {
  return [
    button({ text: 'Edit', actionId: `alerts.edit:${id}`, value: id }),
    button({ text: 'Test', actionId: `alerts.test:${id}`, value: id }),
    muted
      ? unmuteButton(id, `:${id}`)
      : button({ text: 'Mute until tomorrow', actionId: `alerts.mute:${id}`, value: `${id} tomorrow` }),
    button({ text: 'Remove', actionId: `alerts.remove:${id}`, value: id, style: 'danger' }),
  ]
}

function brokenSection({ channel, why, since, waiting }: Broken, alertsChannel: string | undefined) {
  const elsewhere = alertsChannel !== undefined && alertsChannel !== channel
  const follows = elsewhere ? 'Its alerts go to the alerts channel.' : 'Its alerts wait: nothing is lost.'
  const left = waiting ? ` ${waiting} still wait${waiting === 1 ? 's' : ''} for it.` : ''
  return section(
    `:red_circle: ${channelName(channel)} has received nothing since ${moment(since)}: ${escapeText(why)}. ${follows}${left}`,
    button({ text: 'Try it again', actionId: `alerts.repair:${channel}`, value: channel }),
  )
}

/** Something that could not be told. */
interface FailedAlert {
  readonly id: number
  readonly event_id: string
  readonly event: string
  readonly channel: string
  readonly why: string
}

/** `/cmr alerts failed`. */
export function failedList(
  rows: readonly FailedAlert[],
  {
    total,
    ...turned
  }: { readonly total: number; readonly place: ListPlace; readonly turn: (page: number) => string },
): Message {
  if (total === 0) {
    const text = ':white_check_mark: Everything was posted, or is on its way.'
    return { text, blocks: [section(text)] }
  }
  return listMessage({
    id: 'alerts.failed',
    title: `${counted(total, 'alert')} could not be posted`,
    ...turned,
    rows: rows.map(({ id, event_id, event, channel, why }) =>
      section(
        `${escapeText(event)} for ${channelName(channel)}: ${escapeText(why)}\n${code(event_id)}`,
        button({ text: 'Try again', actionId: `alerts.retry:${id}`, value: String(id) }),
      ),
    ),
    buttons: [button({ text: 'Try all again', actionId: 'alerts.retry:all', value: 'all' })],
  })
}

/** "subscription:X is muted until it is resolved (@ana)" */
export function muteSentence({ subject, until, by }: Mute): string {
  return `:no_bell: ${escapeText(subject)} is muted until ${until ? moment(until) : 'it is resolved'} (<@${by}>)`
}

/** For whoever wanted silence, with the way back. @param what a route, or a subject */
export function muted(text: string, what: string): Message {
  return { text, blocks: [section(text), actions(unmuteButton(what))] }
}

function unmuteButton(what: string, suffix = '') {
  return button({ text: 'Unmute', actionId: `alerts.unmute${suffix}`, value: quoted(what) })
}

/** `<#C1>`, or the name that the settings give. */
export function channelName(channel: string): string {
  return channel.startsWith('#') ? escapeText(channel) : `<#${channel}>`
}

function and(names: readonly string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
