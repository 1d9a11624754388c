import type { HomeView, KnownBlock } from '@slack/types'
import { launcher } from '../../commands/help.ts'
import type { OperationView } from '../../operations/messages/operations.ts'
import { parkedButtons } from '../../operations/messages/receipt.ts'
import { renewItemsButton, spokenItem } from '../../resources/renewal-items.ts'
import { actions, button, context, header, section, sections } from '../../slack/blocks.ts'
import { asFarAsRead, isPartial } from '../forecast/words.ts'
import {
  alertLine,
  type Listed,
  moreLine,
  type OpenAlert,
  operationLine,
  parkedLine,
} from '../overview/open-work.ts'
import {
  ageLine,
  dueLine,
  dueSentence,
  fundsLine,
  missingLine,
  OUTLOOK_DAYS,
  type Outlook,
  riskLine,
  walletSentence,
} from '../overview/outlook.ts'

/** What App Home tells one person. A part that could not be read is missing. */
export interface Dashboard {
  readonly outlook: Outlook | undefined
  /** IANA; says what day it is. */
  readonly zone: string
  readonly alerts: Listed<OpenAlert> | undefined
  readonly mine: Listed<OperationView> | undefined
  /** How many operations of everybody are open. */
  readonly openTotal: number | undefined
  readonly parked: Listed<OperationView> | undefined
  /** Says whose things alone are shown, where a role holds for some customers only: then there is no wallet. */
  readonly only?: string | undefined
}

/** The action_id of the button that reads everything again. */
export const refreshAction = 'home.refresh'

/**
 * Returns App Home: what is at risk first, then what is open, then what can be done. What is empty is said in one line at
 * the end of it, so that nobody reads five headings over nothing.
 */
export function homeView(dashboard: Dashboard): HomeView {
  const parts = [
    ...outlookParts(dashboard),
    operationPart(dashboard),
    parkedPart(dashboard),
    alertPart(dashboard),
  ]
  const { only } = dashboard
  const quiet = parts.flatMap(({ nothing }) => nothing ?? [])
  return {
    type: 'home',
    blocks: [
      ...parts.flatMap(({ blocks }) => blocks),
      ...(quiet.length > 0 ? [context(quiet.join(' · '))] : []),
      ...(only ? [context(only)] : []),
      actions(button({ text: 'Refresh', actionId: refreshAction })),
      { type: 'divider' },
      ...launcher().blocks,
    ],
  }
}

/** A part of Home: its blocks, or what to say where there is nothing. */
interface HomePart {
  readonly blocks: readonly KnownBlock[]
  readonly nothing?: string
}

const unread = (what: string): HomePart => ({
  blocks: [context(`:warning: ${what} cannot be read at the moment. Press *Refresh* to try again.`)],
})

function outlookParts({ outlook, zone, only }: Dashboard): HomePart[] {
  if (!outlook) return [unread('What renews')]
  if (only) {
    const age: HomePart = { blocks: smallPrint(ageLine(outlook), missingLine(outlook)) }
    return [riskPart(outlook, zone), duePart(outlook), age]
  }
  const wallet: HomePart = {
    blocks: [
      header('Wallet'),
      section(walletSentence(outlook), button({ text: 'How much to add', actionId: 'renewals.funds' })),
      ...smallPrint(fundsLine(outlook), ageLine(outlook), missingLine(outlook)),
    ],
  }
  return [riskPart(outlook, zone), wallet, duePart(outlook)]
}

function smallPrint(...lines: (string | undefined)[]): KnownBlock[] {
  const shown = lines.flatMap((line) => line || [])
  return shown.length > 0 ? [context(...shown)] : []
}

function riskPart({ atRisk, renewable, forecast }: Outlook, zone: string): HomePart {
  if (atRisk.total === 0) {
    const nothing = isPartial(forecast)
      ? 'Nothing known is at risk'
      : `:white_check_mark: Nothing is at risk in ${OUTLOOK_DAYS} days`
    return { blocks: [], nothing }
  }
  // What fails for another reason than auto-renew is diagnosed, not renewed.
  const renewing = renewable.length < atRisk.total ? `Renew the ${renewable.length} that end` : 'Renew all'
  const all =
    renewable.length > 1 ? renewItemsButton(renewable, { text: renewing, suffix: 'all' }) : undefined
  return listPart({ title: 'At risk', one: 'renewal', foot: all && actions(all) }, atRisk, (renewal, at) => [
    section(
      riskLine(renewal, zone),
      renewal.outcome === 'ends'
        ? button({ text: 'Renew', actionId: `renewals.renew:${at}`, value: `items=${spokenItem(renewal)}` })
        : button({ text: 'Diagnose', actionId: `diagnose.show:${at}`, value: renewal.domain ?? renewal.id }),
    ),
  ])
}

function duePart({ today, week }: Outlook): HomePart {
  if (week.total === 0)
    return { blocks: [], nothing: asFarAsRead(week.forecast, 'nothing renews in the next 7 days') }
  const lines = [
    dueSentence(today, 'today'),
    dueSentence(week, 'in the next 7 days'),
    ...week.shown.map(dueLine),
  ]
  const all = button({ text: 'All renewals', actionId: 'renewals.list:home' })
  return { blocks: [header('Due soon'), ...sections(lines), ...more(week, 'renewal'), actions(all)] }
}

function alertPart({ alerts }: Dashboard): HomePart {
  if (!alerts) return unread('Open alerts')
  if (alerts.total === 0) return { blocks: [], nothing: ':white_check_mark: No open alerts' }
  return listPart({ title: 'Open alerts', one: 'alert' }, alerts, (alert, at) => {
    const value = alert.event.eventId
    const act = alert.takenBy
      ? { text: 'Show', actionId: `events.show:${at}`, value }
      : { text: 'Take over', actionId: `alerts.acknowledge:${at}`, value }
    return [section(alertLine(alert), button(act))]
  })
}

function operationPart({ mine, openTotal }: Dashboard): HomePart {
  if (!mine || openTotal === undefined) return unread('Open operations')
  const others = openTotal - mine.total
  const all = button({ text: 'All open operations', actionId: 'operations.list' })
  if (mine.total === 0) {
    const nothing = others > 0 ? `Nothing of yours is under way, ${others} of others` : 'Nothing is under way'
    return { blocks: [], nothing }
  }
  const foot = others > 0 || mine.total > mine.shown.length ? actions(all) : undefined
  return listPart({ title: 'My open operations', one: 'operation', foot }, mine, (view, at) => [
    section(
      operationLine(view, 'mine'),
      button({ text: 'Show history', actionId: `operations.list:${at}`, value: view.id }),
    ),
  ])
}

function parkedPart({ parked }: Dashboard): HomePart {
  if (!parked) return unread('Orders that wait')
  if (parked.total === 0) return { blocks: [], nothing: 'No order waits to be processed' }
  const all = button({ text: 'All orders', actionId: 'orders.list' })
  const foot = parked.total > parked.shown.length ? actions(all) : undefined
  return listPart({ title: 'Orders that wait to be processed', one: 'order', foot }, parked, (view, at) => [
    section(parkedLine(view)),
    actions(...parkedButtons(view.toProcess ?? '', `:${at}`)),
  ])
}

/** The first of a list below its title, how many more there are, and what leads to all of them. */
function listPart<Thing>(
  of: { readonly title: string; readonly one: string; readonly foot?: KnownBlock | undefined },
  list: Listed<Thing>,
  rowsOf: (thing: Thing, at: number) => KnownBlock[],
): HomePart {
  const { title, one, foot } = of
  return {
    blocks: [header(title), ...list.shown.flatMap(rowsOf), ...more(list, one), ...(foot ? [foot] : [])],
  }
}

function more(listed: Listed<unknown>, one: string): KnownBlock[] {
  const line = moreLine(listed, one)
  return line ? [context(line)] : []
}
