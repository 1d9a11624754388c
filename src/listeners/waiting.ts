import type { KnownBlock, ModalView } from '@slack/types'
import { money } from '../cmr/money.ts'
import type { Command } from '../commands/command.ts'
import type { Caller } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { fieldsOf, type Values } from '../commands/field.ts'
import { waitingView } from '../commands/forms/form.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { readBack } from '../commands/read-back.ts'
import { spokenIds } from '../directory/names/called.ts'
import { entryKindOf } from '../directory/names/named.ts'
import { domainHoldings, walletBalance } from '../directory/store/holdings.ts'
import { formatDistanceStrict } from '../process/dates.ts'
import { escapeText, listed, section } from '../slack/blocks.ts'
import type { AppContext } from './app-context.ts'
import { endWaiting, showInView } from './open-view.ts'

/** How long somebody waits before they read that CMR is asked. */
const NOTICE_AFTER_MS = 1000

/** What somebody reads who has waited for a second. */
export const askingCmr = notice(':hourglass_flowing_sand: Asking CMR…')

/** A notice for somebody who waits for an answer, shown once at most. */
export interface WaitingNotice {
  /** Shows it in a second, unless the wait is over by then. */
  start(show: () => Promise<boolean>): void
  /**
   * Ends the wait. A notice that is on its way is waited for, so that it does not arrive after the answer.
   * @returns whether it was shown
   */
  end(): Promise<boolean>
}

/** Creates the notice of one answer. That it cannot be shown is no fault of the answer: it is logged. */
export function createWaitingNotice({ timer, logger }: AppContext): WaitingNotice {
  let cancel = () => {}
  let showing = Promise.resolve(false)
  let isOver = false
  return {
    start(show) {
      if (isOver) return
      cancel = timer(() => {
        showing = show().catch((error: unknown) => {
          logger.info({ err: error }, 'a person who waits could not be told so')
          return false
        })
      }, NOTICE_AFTER_MS)
    },
    end() {
      isOver = true
      cancel()
      return showing
    },
  }
}

/** Slack takes some fifty `views.update` a minute. */
const PACE_MS = 1200

/** How long CMR is waited for before the view says what is known without it. */
const KNOWN_AFTER_MS = 5000

/** A view that tells how far the work is, until something takes its place. */
export interface FormProgress {
  /** The view to begin with, for an acknowledgement; from now on progress is shown. */
  first(): ModalView
  /** The same where nothing is acknowledged with it. */
  start(): Promise<void>
  /** mrkdwn */
  tell(text: string): void
  /** Ends it. A form that was closed meanwhile is no fault: what was gathered is kept. Throws where Slack is away. */
  replace(view: ModalView): Promise<void>
}

/** @param given what is known of what somebody asks for, by field */
export function createProgress(
  app: AppContext,
  caller: Caller,
  command: Command,
  viewId: string,
  given: Values = {},
): FormProgress {
  let text = 'Asking CMR…'
  let known: readonly KnownBlock[] = []
  let cancel = () => {}
  let shown = false
  let lastAt = 0
  // One after the other, so that no old view overtakes a newer one.
  let updates: Promise<unknown> = Promise.resolve()
  const current = () => {
    const view = waitingView(command, text)
    return { ...view, blocks: [...view.blocks, ...known] }
  }
  const update = () => {
    lastAt = Date.now()
    updates = updates
      .then(() => showInView(app, viewId, current()))
      .catch((error: unknown) => app.logger.info({ err: error }, 'progress could not be shown'))
    return updates
  }
  async function showKnown() {
    known = await knownBlocks(app, caller, command, given)
    if (shown && known.length > 0) await update()
  }
  const begin = () => {
    cancel()
    shown = true
    cancel = app.timer(() => {
      showKnown().catch((error: unknown) => app.logger.info({ err: error }, 'nothing known could be shown'))
    }, KNOWN_AFTER_MS)
  }
  return {
    first() {
      begin()
      return current()
    },
    async start() {
      begin()
      await update()
    },
    tell(progress) {
      text = progress
      if (shown && Date.now() - lastAt >= PACE_MS) void update()
    },
    async replace(view) {
      shown = false
      cancel()
      await updates
      await endWaiting(app, command, viewId, view)
    },
  }
}

/** Characters of a section ("Block Kit reference: section"), with room for a headline. */
const LONGEST = 2950

/**
 * Returns what the bot knows without CMR of what somebody asks for: what was given, with names in place of ids, and of
 * a charge the renewal prices and the balance that CMR told last, with their age. What the wallet holds is for those who
 * see all customers.
 */
export async function knownBlocks(
  { store, clock, access }: AppContext,
  caller: Caller,
  command: Command,
  values: Values,
): Promise<KnownBlock[]> {
  const shown = fieldsOf(command.input).filter(({ kind, hidden }) => kind !== 'file' && !hidden)
  const lists = shown.map(({ name }) => ({ name, list: [values[name] ?? []].flat() }))
  const names = await spokenIds(
    store,
    lists.flatMap(({ list }) => list.map(String)),
  )
  const spoken = lists
    .filter(({ list }) => list.length > 0)
    .map(({ name, list }) => [name, list.map((one) => names.get(String(one)) ?? one)])
  const given = readBack(command.input, Object.fromEntries(spoken))
  const ago = (when: string | Date) => `${formatDistanceStrict(when, clock())} ago`
  const lines: string[] = []
  if (command.effect === 'charge') {
    const named = shown
      .filter((field) => entryKindOf(field) === 'domain')
      .map(({ name }) => values[name] ?? [])
    const domains = named.flat().map((one) => String(one).toLowerCase())
    const held = domains.length > 0 ? await domainHoldings(store.db, { domains }) : []
    for (const { name, renewalCents, pricedAt } of held)
      if (renewalCents !== undefined && pricedAt)
        lines.push(`${escapeText(name)}: a year was *${money(renewalCents)}* ${ago(pricedAt)}`)
    const isPrivate = (await customersOfCaller({ access, caller })) !== undefined
    const wallet = isPrivate ? undefined : await walletBalance(store.db)
    if (wallet) lines.push(`The wallet held *${money(wallet.cents)}* ${ago(wallet.seenAt)}`)
  }
  const known = listed([given, ...lines].filter(Boolean), LONGEST, '\n')
  return known ? [section(`*What is known without CMR*\n${known}`)] : []
}
