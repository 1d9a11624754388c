import {
  type AvailableDomain,
  readWorkspaces,
  type SuggestedDomain,
  type WorkspaceState,
} from '../../cmr/answers/domains.ts'
import { button, counted, escapeText, type Message, mostRows, section, sections } from '../../slack/blocks.ts'
import { firstOf, priceOver } from './messages.ts'

/** "$14.50 a year", or that CMR does not say. */
const yearly = (price: unknown) => priceOver(price, 'a year')

const orderButton = (domain: string, suffix = '') =>
  button({ text: 'Order', actionId: `orders.create${suffix}`, value: `domains=${domain}`, style: 'primary' })

/** Names that are free, with their price and the way to order them. */
export function suggestions(keyword: string, rows: readonly SuggestedDomain[]): Message {
  const title = rows.length
    ? `${counted(rows.length, 'domain')} free for “${keyword}”`
    : `Nothing is free for “${keyword}”: try another word or ending`
  const lines = rows
    .slice(0, mostRows)
    .map((row, at) =>
      section(`*${escapeText(row.domain)}*  ${yearly(row.price)}`, orderButton(row.domain, `:${at}`)),
    )
  return {
    text: escapeText(title),
    blocks: [section(`*${escapeText(title)}*`), ...lines, ...firstOf(rows, 'as CMR suggests them')],
  }
}

/** Returns whether a name can be had; where CMR does not say, so do we. */
export function availability(domain: string, row: AvailableDomain): Message {
  const name = escapeText(domain)
  if (row.available === true) {
    const text = `:white_check_mark: *${name}* is free, ${yearly(row.price)}`
    return { text, blocks: [section(text, orderButton(domain))] }
  }
  const text =
    row.available === false
      ? `:x: *${name}* is taken`
      : `:grey_question: CMR does not say whether *${name}* is free. Ask again in a minute.`
  const [keyword = ''] = domain.split('.')
  const similar = button({ text: 'Suggest others', actionId: 'domains.suggest', value: `keyword=${keyword}` })
  return { text, blocks: [section(text, similar)] }
}

/**
 * Returns whether names have a workspace already. What CMR could not tell in time is unknown, never clean.
 * @param said CMR's message: "Workspace not exists" where none of them has one
 */
export function workspaceList(
  names: readonly string[],
  provider: string,
  data: unknown,
  said: string,
): Message {
  const verdicts = [...readWorkspaces({ data, message: said }, names)]
  const lines: Record<WorkspaceState, (name: string) => string> = {
    conflict: (name) => `:x: *${name}*  already has a ${provider} workspace, so its mailboxes would fail`,
    clean: (name) => `:white_check_mark: *${name}*  no workspace, good to order`,
    unknown: (name) =>
      `:grey_question: *${name}*  CMR could not check this. Do *not* take it as free: check again`,
  }
  const count = (state: WorkspaceState) => verdicts.filter(([, one]) => one === state).length
  const parts = [
    count('conflict') && `${count('conflict')} taken`,
    count('unknown') && `${count('unknown')} unknown`,
    count('clean') && `${count('clean')} clean`,
  ].filter(Boolean)
  const title = `Workspaces: ${parts.join(', ')}`
  const told = verdicts.map(([name, state]) => lines[state](escapeText(name)))
  return { text: title, blocks: sections([`*${title}*`, ...told]).slice(0, mostRows) }
}
