import { z } from 'zod'
import type { ChannelAccess } from '../slack/channel-access.ts'
import type { Question } from './command.ts'

/** The field that says that somebody was asked whether outsiders may read what will be posted. */
export const outsidersField = z
  .boolean()
  .optional()
  .meta({ label: 'Although outsiders read there', hidden: true })

/**
 * Asks whether something may be posted where people from outside read it.
 * @param about.channel id or #name
 * @param about.isAsked whether it was asked already
 * @param about.what what they would read: "each request, with its price"
 * @returns nothing where nobody from outside reads there, as far as Slack tells
 */
export async function askAboutReaders(
  channelAccess: Pick<ChannelAccess, 'outsiders'>,
  {
    channel,
    isAsked = false,
    what,
  }: { readonly channel: string | undefined; readonly isAsked?: boolean | undefined; readonly what: string },
): Promise<Question | undefined> {
  if (!channel || isAsked) return undefined
  const who = await channelAccess.outsiders(channel)
  if (!who) return undefined
  const where = /^[CG][A-Z0-9]+$/.test(channel) ? `<#${channel}>` : 'That channel'
  const text = `:warning: *${where} is read by ${who}.* They would read ${what}. Nothing was done yet.`
  return { text, yes: 'Post there anyway', field: 'outsiders' }
}
