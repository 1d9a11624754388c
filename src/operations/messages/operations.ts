import type { Button, KnownBlock } from '@slack/types'
import { money } from '../../cmr/money.ts'
import { reportButton } from '../../commands/failure.ts'
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
import { addable, isAbleToSend, type MailCheck } from '../expected-results.ts'
import { addMissing, decisions, parkedButtons } from './receipt.ts'

/** An operation as people are shown it. */
export interface OperationView {
  readonly id: string
  /** The command as people type it: "orders create". */
  readonly what: string
  /** The name that a person gave the thing. */
  readonly label: string
  /** Slack user id. */
  readonly actor: string
  readonly state: 'intended' | 'accepted' | 'ended' | 'failed' | 'unknown'
  readonly outcome: string | null
  /** Slack user id of whoever decided that it did not happen. */
  readonly reportedBy: string | null
  /** Whom it is for, as people call them; left out where that is not known. */
  readonly customer?: string | undefined
  /** What it may cost at most; null where it costs nothing, or that is not known. */
  readonly cents: number | null
  readonly createdAt: string
  readonly endedAt: string | null
  readonly nextLookAt: string | null
  readonly deadlineAt: string | null
  /** True once a person was notified that it is overdue, or asked for the outcome. */
  readonly flagged: boolean
  readonly actionId: string | null
  readonly orderId: string | null
  readonly progress: readonly Count[]
  /** Names of what has not come about yet. */
  readonly waiting: readonly string[]
  readonly failures: readonly { readonly name: string; readonly detail: string | null }[]
  /** What each domain that was ordered lacks for mail, as far as that was looked at. */
  readonly mailChecks?: readonly MailCheck[] | undefined
  /** Each result that took a request of its own: people read what became of every one. */
  readonly separate: readonly {
    readonly name: string
    readonly state: 'waiting' | 'done' | 'failed'
    readonly detail: string | null
    /** Its request has not left yet. */
    readonly isPlanned?: boolean | undefined
  }[]
  /** Arguments that process the order, where it waits for that. */
  readonly toProcess: string | undefined
  /** An order that has waited for it, and does no more. */
  readonly processed: boolean
  /** An order that has waited for it, and that somebody took off the bot's lists. */
  readonly dropped?: boolean | undefined
}

interface Count {
  /** "mailboxes" */
  readonly label: string
  readonly done: number
  readonly failed: number
  readonly total: number
}

const BAR = 10
/** Names that a message spells out. */
export const NAMED = 20

/**
 * The receipt in its current state: what the command said of CMR's answer, and how it stands now.
 * @param head nothing where CMR never answered
 */
export function receiptMessage(view: OperationView, head: Message | undefined): Message {
  const waits =
    view.progress.length > 0 ||
    view.state === 'unknown' ||
    view.reportedBy !== null ||
    view.toProcess !== undefined ||
    view.dropped
  if (head && !waits && !view.processed) return withAsker(head, view)
  const title = `*${escapeText(view.what)}* for ${escapeText(cut(view.label, 200))}`
  const state = stateLine(view)
  const said = head?.blocks ?? [section(title)]
  const blocks: KnownBlock[] = [
    ...said.filter((block) => block.type !== 'actions'),
    section([state, ...bars(view), ...follows(view)].filter(Boolean).join('\n')),
    ...failureBlocks(view),
    context(...requestedBy(view)),
    // The buttons of the command stay, after those that the operation needs.
    actions(...buttons(view), ...said.flatMap(buttonsIn)),
  ]
  return { text: head && view.state !== 'unknown' ? head.text : cut(`${state} ${title}`, 3000), blocks }
}

/** Who asked for it, for whom, what it may cost, when, and enough of an id to find it by. */
function requestedBy(view: OperationView): string[] {
  const { id, actor, createdAt } = view
  return [`started by <@${actor}>`, ...about(view), moment(createdAt), `Operation ${code(id.slice(0, 8))}`]
}

function about({ customer, cents }: OperationView): string[] {
  return [
    ...(customer ? [`for *${escapeText(cut(customer, 100))}*`] : []),
    ...(cents ? [`at most ${money(cents)}`] : []),
  ]
}

/** Returns whom it is for and what it may cost, as far as that is known; mrkdwn. */
export function aboutLine(view: OperationView): string {
  return about(view).join(' · ')
}

/** What CMR's answer ended has nothing to add but who asked. */
function withAsker({ text, blocks }: Message, view: OperationView): Message {
  const at = blocks.findIndex(({ type }) => type === 'actions')
  return { text, blocks: blocks.toSpliced(at === -1 ? blocks.length : at, 0, context(...requestedBy(view))) }
}

function buttonsIn(block: KnownBlock): Button[] {
  return block.type === 'actions' ? block.elements.filter((one) => one.type === 'button') : []
}

/** Returns the state in a few words. */
export function stateLine(view: OperationView): string {
  const { state, flagged, failures, progress, outcome, reportedBy, toProcess, processed, dropped } = view
  const over =
    failures.length > 0
      ? ':warning: *Finished, but not everything succeeded*'
      : (mailLine(view) ?? ':white_check_mark: *Done*')
  switch (state) {
    case 'ended':
      if (processed) return ':arrow_forward: *Processed and charged since*: see its own receipt'
      if (dropped) return ':wastebasket: *Dropped*: off the bot’s lists, nothing was charged'
      return toProcess ? ':pause_button: *Waits to be processed*' : over
    case 'failed':
      if (reportedBy) return `:x: *It did not happen.* <@${reportedBy}> checked and recorded that.`
      return progress.length > 0 && failures.length > 0
        ? ':x: *Finished: nothing succeeded*'
        : `:x: *It did not happen.* ${reasonOf(outcome)}`
    case 'unknown':
      return flagged
        ? ':raised_hand: *Unknown whether it happened: somebody has to check*'
        : ':grey_question: *Unknown, checking* whether it happened'
    default:
      return flagged
        ? ':alarm_clock: *Overdue*: CMR should have finished by now'
        : ':hourglass_flowing_sand: *Under way*'
  }
}

/** Nothing is done that cannot send yet: says what is missing for mail, or that nothing is. */
function mailLine({ what, mailChecks = [] }: OperationView): string | undefined {
  if (mailChecks.length === 0) return undefined
  if (mailChecks.every(isAbleToSend)) return `:white_check_mark: *Done, able to send*${dkimNote(mailChecks)}`
  const did = what.startsWith('dns') ? 'Added' : 'Ordered'
  const lacking = mailChecks.filter((one) => addable(one).length > 0)
  if (lacking.length === 0)
    return `:large_orange_circle: *${did}; not known yet whether it can send*: CMR did not say which DNS records are there`
  const needs = [...new Set(lacking.flatMap(addable))]
  const where = mailChecks.length > 1 ? ` on ${counted(lacking.length, 'domain')}` : ''
  return `:large_orange_circle: *${did}; not able to send yet*: ${needs.join(', ')} missing${where}`
}

/** Signing is the provider's to set up: mail arrives without, and lands in spam more often. */
function dkimNote(checks: readonly MailCheck[]): string {
  const left = checks.filter(({ needs }) => needs?.includes('DKIM')).map(({ domain }) => domain)
  if (left.length === 0) return ''
  const names =
    left.slice(0, 5).map(escapeText).join(', ') + (left.length > 5 ? ` and ${left.length - 5} more` : '')
  return `\nLeft to do at the mail provider: DKIM for ${names}`
}

/** The reason that CMR gives may be a whole page, so it is cut: the next step comes after it. */
const reasonOf = (outcome: string | null) => cut(escapeText(outcome ?? ''), 600)

/** `▓▓▓▓▓▓░░░░ domains 3/5` */
export function bars({ progress }: OperationView): string[] {
  return progress.map(({ label, done, failed, total }) => {
    const full = Math.floor((BAR * done) / total)
    const lost = failed > 0 ? `, ${failed} failed` : ''
    return `\`${'▓'.repeat(full)}${'░'.repeat(BAR - full)}\` ${label} ${done}/${total}${lost}`
  })
}

/** Returns what happens next, and what the reader can do. */
export function follows(view: OperationView): string[] {
  const { state, flagged, outcome, deadlineAt, toProcess, dropped, orderId } = view
  const deadline = deadlineAt ? moment(deadlineAt) : 'later'
  if (state === 'unknown') {
    const next = flagged
      ? '*To do:* check in the CMR dashboard, then press what you found.'
      : `The bot checks CMR and waits for webhooks; if it finds nothing by ${deadline}, it asks you.`
    return [reasonOf(outcome), `${next} It is never sent again automatically: do not send it again either.`]
  }
  if (state === 'accepted') {
    return [
      flagged
        ? '*To do:* press *Check now*; if nothing changes, report it to CMR with the ids below. In its history you can record the outcome.'
        : `This message shows the progress. If it is not finished by ${deadline}, it is flagged.`,
    ]
  }
  if (dropped)
    return [
      `CMR documents no way to cancel an order, so it is still there: ${code(`/cmr orders process ${orderId}`)} takes it up again.`,
    ]
  return toProcess ? ['Nothing is charged until it is processed.'] : []
}

/** Returns what failed, and why. */
export function failureBlocks({ failures, separate, state }: OperationView): KnownBlock[] {
  if (separate.length > 0) return sections(separateLines(separate, state)).slice(0, SEPARATE_BLOCKS)
  if (failures.length === 0) return []
  return [section(cut(failureLines(failures).join('\n'), 2900))]
}

/** Blocks that the outcomes of many requests may take: some 500 addresses. */
const SEPARATE_BLOCKS = 6

/** One line a request, those that need somebody first. */
function separateLines(separate: OperationView['separate'], state: OperationView['state']): string[] {
  const waiting = state === 'unknown' ? 'unknown: CMR did not answer' : 'on its way'
  const line = {
    waiting: (name: string, detail: string, isPlanned = false) =>
      isPlanned
        ? `:hourglass_flowing_sand: ${name}: ${detail || 'waits for its turn'}`
        : `${detail || state !== 'unknown' ? ':hourglass_flowing_sand:' : ':grey_question:'} ${name}: ${detail || waiting}`,
    failed: (name: string, detail: string) => `:x: ${name}: ${detail || 'CMR refused it and gave no reason'}`,
    done: (name: string) => `:white_check_mark: ${name}`,
  }
  return (['waiting', 'failed', 'done'] as const).flatMap((wanted) =>
    separate
      .filter((one) => one.state === wanted)
      .map((one) =>
        line[wanted](escapeText(one.name), escapeText(cut(one.detail ?? '', 300)), one.isPlanned),
      ),
  )
}

function failureLines(failures: OperationView['failures']): string[] {
  const more = failures.length - NAMED
  return [
    ...failures
      .slice(0, NAMED)
      .map(({ name, detail }) => `:x: ${escapeText(name)}${detail ? `: ${escapeText(detail)}` : ''}`),
    ...(more > 0 ? [`and ${more} more`] : []),
  ]
}

/** Returns the buttons that fit its state. */
export function buttons(view: OperationView): Button[] {
  const { id, state, flagged, toProcess, failures, mailChecks = [] } = view
  const isTrouble = state === 'unknown' || state === 'failed' || flagged || failures.length > 0
  const open = state === 'accepted' || state === 'unknown'
  return [
    state === 'ended' && !mailChecks.every(isAbleToSend) && addMissing(id),
    ...(toProcess ? parkedButtons(toProcess) : []),
    button({ text: 'Show history', actionId: 'operations.list', value: id }),
    open && button({ text: 'Check now', actionId: 'operations.check', value: id }),
    ...(state === 'unknown' && flagged ? decisions(id) : []),
    isTrouble && reportButton(id),
  ].filter((one) => !!one)
}
