import type { KnownBlock } from '@slack/types'
import type { EventDelivery, LoggedEvent } from '../../events/store/event-log.ts'
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
  section,
  sections,
} from '../../slack/blocks.ts'
import { type ListPlace, listMessage, menu } from '../../slack/list.ts'
import type { Explanation, RouteVerdict } from '../routing/route-event.ts'
import type { AlertEvent } from './alert-event.ts'
import { eventLine, eventMessage, signs } from './event-message.ts'
import type { AlertState } from './event-parts.ts'
import { channelName, muteSentence } from './routes.ts'

const sources: Record<LoggedEvent['source'], string> = {
  webhook: 'webhook',
  sync: 'found by sync',
  test: 'test',
  bot: 'by the bot',
}

/** One line of the log. */
interface LogLine {
  readonly event: AlertEvent
  readonly at: string
  readonly source: LoggedEvent['source']
  readonly told: number
  readonly waiting: number
}

/** `/cmr events`, the newest first. @param what was searched for, in words */
export function eventList(
  lines: readonly LogLine[],
  {
    place,
    what,
    turn,
  }: { readonly place: ListPlace; readonly what: string; readonly turn: (page: number) => string },
): Message {
  const isWhole = place.page === 1 && !place.more
  const some = isWhole ? counted(lines.length, 'event') : 'Events'
  return listMessage({
    id: 'events.list',
    title: escapeText(`${lines.length > 0 ? some : 'No event'}${what}`),
    place,
    turn,
    rows: lines.map(lineSection),
  })
}

function lineSection({ event, at: when, source, told, waiting }: LogLine, at: number): KnownBlock {
  const where = told ? `posted in ${channels(told)}` : waiting ? 'waits to be posted' : 'not posted'
  return section(
    `${signs[event.severity]} ${eventLine(event)}\n${moment(when)} · ${escapeText(event.event)} · ${sources[source]} · ${where}`,
    menu(`events.more:${at}`, {
      Show: `events.show ${event.eventId}`,
      'Why there?': `events.why ${event.eventId}`,
      'Post again here': `events.tell ${event.eventId}`,
    }),
  )
}

function channels(count: number): string {
  return count === 1 ? 'one channel' : `${count} channels`
}

/** Where an event stands, as a line. */
interface DeliveryLine extends EventDelivery {
  readonly permalink: string | undefined
}

/** `/cmr events show`: its fields, and where it was told. */
export function eventCard(
  event: LoggedEvent,
  alert: AlertEvent,
  told: readonly DeliveryLine[],
  toldBefore?: string,
): Message {
  const id = event.event_id
  const text = `${signs[alert.severity]} ${eventLine(alert)}`
  const fields = JSON.stringify(alert.data, null, 1)
  const blocks: KnownBlock[] = [
    section(`${text}\n${moment(event.received_at)} · ${escapeText(event.event)} · ${sources[event.source]}`),
    section(`\`\`\`${cut(escapeText(fields).replaceAll('`', "'"), 2800)}\`\`\``),
    section(whereDelivered(told, toldBefore)),
    context(
      `eventId ${code(id)}`,
      ...(event.operation_id ? [`operation ${code(event.operation_id)}`] : ['not started through the bot']),
    ),
    actions(
      button({ text: 'Post again here', actionId: 'events.tell', value: id }),
      button({ text: 'Why there?', actionId: 'events.why', value: id }),
    ),
  ]
  return { text, blocks }
}

/** @param toldBefore the event of a sync that had told the same before the webhook came */
function whereDelivered(told: readonly DeliveryLine[], toldBefore: string | undefined): string {
  if (toldBefore)
    return `It came late: a sync had already found it and it was posted as ${code(toldBefore)}, so it is not posted again.`
  return told.length ? told.map(deliveryLine).join('\n') : 'It is not posted anywhere.'
}

function deliveryLine({
  channel,
  posted_channel,
  state,
  not_before,
  route_id,
  operation_id,
  moved_from,
  error,
  permalink,
}: DeliveryLine): string {
  const why = operation_id ? ', under the receipt of the operation' : ', which gets what no route takes'
  const meant = moved_from ? ` in place of ${channelName(moved_from)}` : ''
  const by = (route_id ? ` by ${route_id}` : why) + meant
  const where = channelName(posted_channel ?? channel)
  if (state === 'posted')
    return `• Posted in ${permalink ? `<${permalink}|this message> in ${where}` : where}${by}`
  if (state === 'failed') return `• Could not be posted in ${where}${by}: ${escapeText(error ?? '')}`
  if (state === 'held') {
    const far = not_before.startsWith('9999')
    return `• Waits for ${far ? 'its receipt' : moment(not_before)} to be posted in ${where}${by}`
  }
  return `• On its way to ${where}${by}`
}

/**
 * An alert that somebody wants told once more.
 * @param since what has come about the same meanwhile
 */
export function eventAgain(
  alert: AlertEvent,
  state: AlertState,
  { by, since }: { readonly by: string; readonly since: AlertEvent | undefined },
): Message {
  const { text, blocks } = eventMessage(alert, state)
  const meanwhile = since ? [`:hourglass: Since then: ${eventLine(since)}.`] : []
  return { text, blocks: [...blocks, context(`:repeat: Posted again for <@${by}>`, ...meanwhile)] }
}

/** `/cmr events why`: where it stands, and what every route says to it. */
export function eventWhy(
  alert: AlertEvent,
  told: readonly DeliveryLine[],
  { own, mute, verdicts, falls }: Explanation,
  alertsChannel: string | undefined,
  toldBefore?: string,
): Message {
  const taken = verdicts.filter((verdict) => verdict.took)
  const lines = [
    ...(mute ? [`${muteSentence(mute)}: it is not posted.`] : []),
    ...(own ? ['It was started through the bot: it is posted in the thread of its receipt.'] : []),
    ...[...taken, ...verdicts.filter((verdict) => !verdict.took)].map(verdictLine),
    ...(falls ? [fallLine(falls, alertsChannel)] : []),
  ]
  const text = `Where it is posted, and why: ${eventLine(alert)}`
  const shown = lines.slice(0, 40)
  const more = lines.length - shown.length
  return {
    text,
    blocks: [
      section(`*${text}*`),
      section(whereDelivered(told, toldBefore)),
      ...sections(['*By the routes as they are now*', ...shown]),
      context(...(more > 0 ? [`${more} more routes do not take it`] : []), `eventId ${code(alert.eventId)}`),
    ],
  }
}

const fallReasons: Record<NonNullable<Explanation['falls']>, string> = {
  untaken: 'No route takes it',
  shared: 'Every route that takes it leaves it in the alerts channel too',
  muted: 'It is urgent, and every route that takes it is muted',
}

function fallLine(falls: NonNullable<Explanation['falls']>, alertsChannel: string | undefined): string {
  const because = fallReasons[falls]
  if (!alertsChannel) return `${because}, and there is no alerts channel: it is not posted anywhere.`
  return `${because}, so it goes to ${channelName(alertsChannel)}.`
}

function verdictLine(verdict: RouteVerdict): string {
  const name = `*${verdict.route.id}* (<#${verdict.route.channel}>)`
  if (!verdict.took) return `:heavy_minus_sign: ${name} does not take it: ${verdict.because}.`
  if (verdict.muted) return `:no_bell: ${name} takes it and is muted.`
  const when = verdict.heldUntil ? `with the summary of ${moment(verdict.heldUntil)}` : 'at once'
  return `:white_check_mark: ${name} takes it and posts it ${when}.`
}
