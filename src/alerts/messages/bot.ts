import { reportButton } from '../../commands/failure.ts'
import { addMissing, decisions } from '../../operations/messages/receipt.ts'
import { button, escapeText } from '../../slack/blocks.ts'
import type { AlertEvent, Reader } from './alert-event.ts'
import { type EventAlert, userIfKnown } from './event-parts.ts'

const who = (read: Reader) => `<@${read.text('actor') ?? ''}>`
const named = (read: Reader) =>
  `*${read.text('what') ?? 'something'}* for ${read.text('label') ?? 'somebody'}`

const idIn = ({ data }: AlertEvent) => String(data.operationId)
const story = (event: AlertEvent) =>
  button({ text: 'Show history', actionId: 'operations.list', value: idIn(event) })
const check = (event: AlertEvent) =>
  button({ text: 'Check now', actionId: 'operations.check', value: idIn(event) })
const report = (event: AlertEvent) => reportButton(idIn(event))
/** Nothing is done that cannot send yet. */
function mailSentence(read: Reader, { data }: AlertEvent): string | undefined {
  const did = /^dns/.test(read.text('what') ?? '') ? 'added' : 'ordered'
  const missing = read.text('missingForMail')
  if (missing) return `${did}, not able to send yet: ${missing} missing`
  return data.isUncheckedForMail ? `${did}, but it is not known yet whether it can send` : undefined
}

const addMissingIfAny = (event: AlertEvent) =>
  event.data.missingForMail || event.data.isUncheckedForMail ? addMissing(idIn(event)) : undefined
const decide = (at: number) => (event: AlertEvent) => decisions(idIn(event))[at]

/** What the bot itself says of operations, to whoever asked for them. */
export const operationAlerts: Record<string, EventAlert> = {
  'operation.ended': {
    text: (read, _, event) => {
      const failed = read.text('failed')
      const count = read.text('progress')
      const mail = failed ? undefined : mailSentence(read, event)
      if (mail)
        return {
          sign: ':large_orange_circle:',
          headline: `${who(read)} ${read.text('label') ?? 'It'}: ${mail}`,
          follows: [count],
          todo: 'Add what is missing. One confirmation does it for all domains.',
        }
      return {
        headline: `${who(read)} ${named(read)} is ${failed ? 'finished, but not everything succeeded' : 'done'}${count ? `: ${count}` : ''}`,
        follows: [failed && `Failed: ${failed}. The receipt above says why.`],
        ...(failed && { todo: 'Order again only what failed.' }),
      }
    },
    buttons: [addMissingIfAny, story],
  },
  'operation.overdue': {
    text: (read) => ({
      sign: ':alarm_clock:',
      headline: `${who(read)} ${named(read)} is overdue: CMR should have finished by now`,
      follows: [
        read.text('progress'),
        read.text('missing') && `Missing: ${read.text('missing')}.`,
        read.text('ids'),
      ],
      todo: 'Press *Check now*. If nothing changes, report it to CMR.',
    }),
    buttons: [check, report, story],
  },
  'operation.unknown': {
    text: (read) => ({
      sign: ':raised_hand:',
      headline: `${who(read)} it is not known whether ${named(read)} happened`,
      follows: [
        'CMR never answered, and the bot found no trace of it. It was sent once; the bot never sends it again.',
        read.text('wallet'),
      ],
      todo: 'Check in the CMR dashboard, then press what you found.',
    }),
    buttons: [decide(0), decide(1), decide(2), story],
  },
  'operation.settled': {
    text: (read) => ({
      headline: `${who(read)} ${named(read)}: <@${read.text('by') ?? ''}> has checked, and it ${read.text('verdict') ?? 'is over'}`,
      follows: [],
    }),
    buttons: [story],
  },
  'operation.disproved': {
    text: (read) => ({
      headline: `${who(read)} ${named(read)} did happen: CMR has now reported it`,
      follows: [
        `<@${read.text('by') ?? ''}> had recorded that it did not. Its receipt is kept up to date again.`,
      ],
      todo: 'Do not send it again. If somebody has, find what exists twice and cancel it.',
    }),
    buttons: [story],
  },
}

/** What the bot itself tells. */
export const botAlerts: Record<string, EventAlert> = {
  'alert.reminder': {
    text: (read, lineOf) => {
      const [about, since] = [read.event('about'), read.event('since')]
      const asked = read.text('askedBy') ?? ''
      const who = /^[UW][A-Z0-9]+$/.test(asked) ? `<@${asked}>` : escapeText(asked)
      return {
        sign: ':alarm_clock:',
        headline: `${who}, you wanted to be reminded: ${about ? lineOf(about) : 'an alert that is no longer stored'}`,
        follows: [since ? `Since then: ${lineOf(since)}.` : 'CMR has sent nothing about it since.'],
      }
    },
    buttons: [userIfKnown],
  },
}
