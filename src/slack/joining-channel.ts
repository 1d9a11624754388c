import type { WebClient } from '@slack/web-api'
import { postFailure } from './errors.ts'

/**
 * Does something in a channel; one that is public lets the bot in first, where it is not yet.
 * @throws what the work throws
 */
export async function inside<T>(slack: WebClient, channel: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (postFailure(error).error !== 'not_in_channel' || !(await joined(slack, channel))) throw error
    return work()
  }
}

async function joined(slack: WebClient, channel: string): Promise<boolean> {
  return slack.conversations.join({ channel }).then(
    () => true,
    () => false,
  )
}
