import type { Kysely } from 'kysely'
import { readPolicy } from './access/policy.ts'
import { routeRows } from './alerts/store/routes.ts'
import type { Corrections } from './cmr/corrections.ts'
import { type Endpoint, inferredOf } from './cmr/endpoint.ts'
import { allEndpoints } from './cmr/endpoints/index.ts'
import { allDigests } from './renewals/digest/store.ts'
import { counted } from './slack/blocks.ts'
import { type OutsideReaders, outsidersIn } from './slack/outside-readers.ts'
import type { Schema } from './store/schema.ts'

/**
 * Tells what of CMR's API is inferred, and which of it people here rely on. "In use" is what the audit and the
 * operations of this store have seen; what the bot reads by itself for a command (the wallet before a charge, an
 * order that is looked for) does not count.
 * @param used ids of commands
 */
export function inferredReport(used: ReadonlySet<string>, corrections: Corrections): string {
  const inferred = allEndpoints.filter((one) => inferredOf(one) !== undefined)
  const inUse = inferred.filter(({ id }) => used.has(id))
  const corrected = Object.keys(corrections)
  return [
    `${inferred.length} of ${allEndpoints.length} have something that CMR does not document (docs/endpoints.md)`,
    inUse.length > 0 ? `in use here: ${inUse.map(inferredPart).join(', ')}` : 'none of them in use here yet',
    ...(corrected.length > 0 ? [`corrected here: ${corrected.join(', ')}`] : []),
  ].join('; ')
}

function inferredPart(endpoint: Endpoint): string {
  return `${endpoint.id} (${inferredOf(endpoint)} inferred)`
}

/** A channel that the bot posts in by itself. */
interface PostingPlace {
  readonly channel: string
  /** As people know it: #name, or its id. */
  readonly name: string
  /** "route r3", "the digest". */
  readonly what: string
}

/** @param alertsChannel the id of `CMR_ALERTS_CHANNEL` */
export async function postingPlaces(
  db: Kysely<Schema>,
  alertsChannel: { readonly id: string; readonly name: string } | undefined,
): Promise<readonly PostingPlace[]> {
  const { policy } = await readPolicy(db)
  const { channel: approvals } = policy.approvals
  return [
    ...(alertsChannel
      ? [{ channel: alertsChannel.id, name: alertsChannel.name, what: 'CMR_ALERTS_CHANNEL' }]
      : []),
    ...(await routeRows(db)).map(({ id, channel, channel_name }) => ({
      channel,
      name: `#${channel_name}`,
      what: `route ${id}`,
    })),
    ...(await allDigests(db)).map(({ channel, channelName }) => ({
      channel,
      name: `#${channelName}`,
      what: 'the digest',
    })),
    ...(approvals ? [{ channel: approvals, name: approvals, what: 'approvals' }] : []),
  ]
}

/**
 * Tells which channels that the bot posts in are read by people from outside.
 * @returns a sentence, as a warning where there is any
 */
export async function outsideReport(
  readers: Pick<OutsideReaders, 'recent'>,
  places: readonly PostingPlace[],
): Promise<string | { readonly warning: string }> {
  const channels = Map.groupBy(places, ({ channel }) => channel)
  const read: string[] = []
  const unknown: string[] = []
  for (const [channel, posts] of channels) {
    const found = await readers.recent(channel)
    const name = posts.find((one) => one.name.startsWith('#'))?.name ?? channel
    const who = found && outsidersIn(found, (user) => user)
    if (!found) unknown.push(name)
    if (who) read.push(`${name} (${posts.map(({ what }) => what).join(', ')}) is read by ${who}`)
  }
  const notTold = unknown.length > 0 ? [`Slack does not say this of ${unknown.join(', ')}`] : []
  if (read.length > 0) return { warning: [...read, ...notTold].join('; ') }
  return [`none in ${counted(channels.size, 'channel')} that the bot posts in`, ...notTold].join('; ')
}
