import type { z } from 'zod'
import type { Values } from '../../commands/field.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { button, escapeText, type Message } from '../../slack/blocks.ts'

/** A mailbox as messages name it. */
export interface OfMailbox {
  readonly email: string
  readonly mailboxId: string
}

/** What follows from each thing that can be done to a warm-up. */
const follows = {
  starts: 'It is paid from the wallet, for the days that are left of the month.',
  'is paused': 'CMR may still bill it, as its documentation is unclear. To stop billing, remove the warm-up.',
  'goes on': 'It is billed with the next renewal.',
  'is removed': 'It is no longer billed.',
}

/** Before a warm-up is paused or resumed; mrkdwn. */
export function pauseQuestion(email: string, wanted: 'ACTIVE' | 'PAUSED'): string {
  const [verb, did] =
    wanted === 'PAUSED' ? (['Pause', 'is paused'] as const) : (['Resume', 'goes on'] as const)
  return `*${verb} the warm-up of ${escapeText(email)}?*\n${follows[did]}`
}

/** What was done to a warm-up. */
export function warmupReceipt({ email, mailboxId }: OfMailbox, did: keyof typeof follows): Message {
  return receipt({
    text: `:white_check_mark: The warm-up of *${escapeText(email)}* ${did}`,
    follows: [follows[did]],
    buttons: [
      ...(did === 'is removed'
        ? []
        : [button({ text: 'Settings', actionId: 'warmup.settings', value: mailboxId })]),
      button({ text: 'Open mailbox', actionId: 'mailboxes.get', value: mailboxId }),
    ],
  })
}

/** Returns which settings have changed, each with its old and new value. */
export function settingsReceipt(
  { email, mailboxId }: OfMailbox,
  old: Values,
  given: Values,
  fields: Readonly<Record<string, z.ZodType>>,
): Message {
  const changed = Object.entries(given).filter(([name, value]) => value !== undefined && value !== old[name])
  const lines = changed.map(([name, value]) => {
    const label = (fields[name]?.meta() as { label?: string } | undefined)?.label ?? name
    return `${label}: ${shown(old[name])} → *${shown(value)}*`
  })
  return receipt({
    text: changed.length
      ? `:white_check_mark: Warm-up settings of *${escapeText(email)}* saved`
      : `:information_source: Nothing changed: these are already the warm-up settings of *${escapeText(email)}*`,
    follows: lines,
    buttons: [button({ text: 'Change again', actionId: 'warmup.settings', value: mailboxId })],
  })
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === undefined || value === '' ? 'not set' : escapeText(value)
}
