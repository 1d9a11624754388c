import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { section } from './blocks.ts'

/** Tells the admins something by direct message. @returns whether one of them was reached, or there are none */
export type NotifyAdmins = (mrkdwn: string) => Promise<boolean>

/** @param admins Slack user ids (`CMR_ADMINS`) */
export function createNotifyAdmins(
  slack: WebClient,
  admins: readonly string[],
  logger: Logger,
): NotifyAdmins {
  return async (text) => {
    const told = await Promise.allSettled(
      admins.map((channel) => slack.chat.postMessage({ channel, text, blocks: [section(text)] })),
    )
    for (const one of told)
      if (one.status === 'rejected') logger.warn({ err: one.reason }, 'an admin could not be notified')
    return told.length === 0 || told.some(({ status }) => status === 'fulfilled')
  }
}
