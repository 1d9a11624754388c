import type { WebClient } from '@slack/web-api'
import { checkChannel } from '../slack/channel-access.ts'
import type { Channels } from '../slack/channels.ts'

/** What the log and the status say without `CMR_ALERTS_CHANNEL`. */
export const NO_ALERTS_CHANNEL =
  'CMR_ALERTS_CHANNEL is not set: events that no route takes are stored, but posted nowhere'

/**
 * Looks whether alerts that no route takes will reach their channel (`CMR_ALERTS_CHANNEL`).
 * @param channel id or #name
 * @returns a sentence on what it saw
 * @throws an Error that says what to do
 */
export async function checkAlertsChannel(
  slack: WebClient,
  channels: Pick<Channels, 'idOf'>,
  channel: string | undefined,
): Promise<string> {
  if (!channel) throw new Error(NO_ALERTS_CHANNEL)
  return checkChannel(slack, await channels.idOf(channel), 'set CMR_ALERTS_CHANNEL')
}
