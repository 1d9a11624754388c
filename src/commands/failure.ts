import { randomUUID } from 'node:crypto'
import type { Button } from '@slack/types'
import type { Logger } from 'pino'
import type { CmrError } from '../cmr/errors.ts'
import { waitInWords } from '../process/retries.ts'
import {
  actions,
  button,
  code,
  context,
  cut,
  escapeText,
  type Message,
  paragraphs,
  section,
} from '../slack/blocks.ts'
import { type Command, idOf } from './command.ts'
import { addFunds } from './dashboard.ts'
import { forAdmins } from './permissions.ts'

/** What each kind of failure means to the person who asked, and what to do. */
const meaning: Record<CmrError['kind'], string> = {
  invalid: 'Nothing was changed. Correct what CMR names, then send it again.',
  unauthorized: 'Nothing was done. The bot needs a working API key: tell the person who runs the bot.',
  forbidden:
    'Nothing was done: the API key is valid, but CMR does not allow this. To ask CMR’s support, press *Report to CMR*.',
  wallet: `Nothing was charged. ${addFunds()}. Check \`/cmr wallet\`, then try again.`,
  'not-found':
    'Nothing was changed. It may have been deleted, or belong to another customer: look it up with `/cmr find`.',
  conflict:
    'Nothing was changed, because it conflicts with what CMR already has. Check its current state first.',
  'rate-limited': 'Nothing was done. CMR accepts 5 requests a second from everyone together:',
  unavailable:
    'Nothing was done, because CMR cannot be reached or has a problem. Try again in a minute. `/cmr status` shows when CMR is back.',
  'not-set-up': 'Nothing was done.',
  'unknown-outcome': 'It *may have happened anyway*, so check before you send it again.',
  'unexpected-answer':
    'The bot cannot tell from it what happened. If you were changing something, check before you send it again.',
}

/** What a failure means, and when to try again where CMR has said when it listens again. */
function meaningOf({ kind, retryAfterSeconds }: CmrError): string {
  if (kind !== 'rate-limited') return meaning[kind]
  const wait = retryAfterSeconds === undefined ? 'a minute' : waitInWords(retryAfterSeconds)
  return `${meaning[kind]} try again in ${wait}.`
}

/** What CMR says of a failure may be a whole page; what it means and what to do stands behind it. */
const LONGEST_REASON = 1000

/**
 * A failure in a person's words: what happened, what it means, what to do.
 * @param error what CMR answered or did not
 * @param what what was tried, as a person says it: "users create"
 * @param reader.isAdmin whether they read settings and fields of CMR's
 * @param look how to find out whether it happened after all; mrkdwn
 */
export function failureText(
  error: CmrError,
  what: string,
  { isAdmin }: { readonly isAdmin: boolean },
  look?: string,
): string {
  const { message, adminHint } = error
  const hint = adminHint ? ` ${forAdmins(isAdmin, adminHint)}` : ''
  const told = `*${escapeText(what)}*: ${cut(escapeText(message + hint), LONGEST_REASON)}`
  if (error.mayHaveBeenAccepted)
    return [`:grey_question: ${told}\n${meaning['unknown-outcome']}`, ...(look ? [look] : [])].join(' ')
  return `:warning: ${told}\n${meaningOf(error)}`
}

/**
 * The button below a failure: opens the report to CMR's support, filled.
 * @param failure the audit's row number of the attempt, or an operation's id
 */
export function reportButton(failure: string | number): Button {
  return button({ text: 'Report to CMR', actionId: 'errors.send', value: `failure=${failure}` })
}

/**
 * The same as a message, for admins with the id that CMR's support asks for below it.
 * @param tried.failure what a report is filled from: see `reportButton`
 */
export function failureMessage(
  error: CmrError,
  tried: {
    readonly what: string
    readonly failure: string | number
    readonly look?: string | undefined
    readonly isAdmin: boolean
    /** The button that tries it again, where that may help. */
    readonly again?: Button | undefined
  },
): Message {
  const { what, failure, look, isAdmin, again } = tried
  const text = failureText(error, what, { isAdmin }, look)
  const grey = error.actionId && isAdmin ? [context(`actionId ${code(error.actionId)}`)] : []
  const buttons = [...(again ? [again] : []), reportButton(failure)]
  return { text, blocks: [section(text), ...grey, actions(...buttons)] }
}

/** For faults of the bot itself: the person is told, the details go to the log under `reference`. */
export function faultMessage(what: string, reference: string): Message {
  const text = `:warning: *${escapeText(what)}* failed inside the bot. Your input is fine. Try again in a minute. If it fails again, give the person who runs the bot this reference: \`${reference}\`.`
  return { text, blocks: [section(text)] }
}

/** A plain sentence as a message. */
export function notice(text: string): Message {
  return { text: cut(text, 3000), blocks: paragraphs(text) }
}

/** Logs a fault of our own. @returns the reference that it has there, for the person to tell */
export function noteFault(logger: Logger, command: Command, error: unknown): string {
  const reference = randomUUID().slice(0, 8)
  logger.error({ err: error, reference, command: idOf(command) }, 'a command failed inside the bot')
  return reference
}
