import type { RichTextBlock } from '@slack/types'
import { type Mailbox, mailboxNamedBy, warmupStatusOf } from '../../cmr/answers/mailboxes.ts'
import type { Page } from '../../cmr/answers/page.ts'
import type { JsonObject } from '../../cmr/json.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import {
  button,
  context,
  escapeText,
  type Message,
  mostRows,
  section,
  sections,
  upperFirst,
} from '../../slack/blocks.ts'
import { card } from '../../slack/card.ts'
import { type ListPlace, listMessage, menu, namelessNote } from '../../slack/list.ts'
import { confidentialBlock } from '../../slack/scrub.ts'
import { table } from '../../slack/table.ts'
import { labelOf } from '../answers.ts'
import { type MailProvider, providerNames } from '../dns/mail.ts'
import { byName, countedIn, inOrder, type RowOrder } from '../sorting.ts'

/** Rows that each have a menu; more of them are a table. */
const WITH_MENUS = 12

const named = ({ email, mailboxId }: Mailbox) => email || mailboxId || 'A mailbox'

/** "ACTIVE · warm-up PAUSED". Not escaped. */
const stateOf = (row: Mailbox) => {
  const warmup = warmupStatusOf(row)
  return `${row.status ?? 'no status'} · ${warmup ? `warm-up ${warmup}` : 'no warm-up'}`
}

/** Mailboxes by domain, then by address. */
export const mailboxOrder: RowOrder<Mailbox> = inOrder(
  byName((row) => row.domain ?? named(row).split('@')[1]),
  byName(named),
)

/** What a list of mailboxes is told with. */
interface MailboxListOptions {
  /** The `noun.verb` that shows it. */
  readonly id: string
  /** Whose they are; left out for those of everybody. */
  readonly of?: string | undefined
  readonly place: ListPlace
  readonly turn: (page: number) => string
  /** Says how a list is sorted that could not be read whole. */
  readonly note?: string | undefined
  /** Names by userId, where the mailboxes of several are listed. */
  readonly customers?: ReadonlyMap<string, string>
}

/** A page of mailboxes with status and warm-up. */
export function mailboxList(
  list: Page<Mailbox>,
  { id, of, place, turn, note, customers }: MailboxListOptions,
): Message {
  const { rows, all } = list
  const among = all ?? rows
  const ready = among.filter((row) => row.status === 'ACTIVE').length
  const warm = among.filter((row) => warmupStatusOf(row) === 'ACTIVE').length
  const states = `${ready} ACTIVE, ${warm} warming up${all ? '' : ' on this page'}`
  const told = rows.length > 0 ? `${countedIn(list, 'mailbox', 'mailboxes')}, ${states}` : 'no mailbox yet'
  const isTable = rows.length > WITH_MENUS || customers !== undefined
  return listMessage({
    id,
    title: of ? `${escapeText(of)}: ${told}` : upperFirst(told),
    place,
    turn,
    rows: rows.length === 0 ? [] : isTable ? [asTable(rows, customers)] : rows.map(lineOf),
    notes: [isTable && rows.length > 0 && '`/cmr mailboxes get jane@acme.com` opens one of them.', note],
  })
}

function asTable(rows: readonly Mailbox[], customers: ReadonlyMap<string, string> | undefined) {
  if (!customers)
    return table(
      ['Address', 'State'],
      rows.map((row) => [named(row), stateOf(row)]),
    )
  return table(
    ['Address', 'Customer', 'State'],
    rows.map((row) => [named(row), customers.get(row.userId ?? '') ?? row.userId, stateOf(row)]),
  )
}

function lineOf(row: Mailbox, at: number) {
  const id = mailboxNamedBy(row)
  const text = `${row.status === 'ACTIVE' ? '' : ':hourglass_flowing_sand: '}*${escapeText(named(row))}*\n${escapeText(stateOf(row))}`
  if (id === undefined) return section(`${text}\n${namelessNote}`)
  return section(
    text,
    menu(`mailboxes.more:${at}`, {
      Open: `mailboxes.get ${id}`,
      Update: `mailboxes.update ${id}`,
      ...(warmupStatusOf(row)
        ? { 'Warm-up settings': `warmup.settings ${id}` }
        : { 'Start warm-up': `warmup.add ${id}` }),
      'Placement test': `placement.run ${id}`,
      'Admin login': `mailboxes.admin ${id}`,
    }),
  )
}

/** One mailbox, with what can be done about it. */
export function mailboxCard(row: Mailbox): Message {
  const { mailboxId, userId } = row
  const id = mailboxNamedBy(row)
  const domain = row.domain ?? named(row).split('@')[1]
  const text = (name: string) => (row[name] ? escapeText(row[name]) : undefined)
  const warmup = warmupStatusOf(row)
  return card({
    title: named(row),
    text: `${escapeText(named(row))}: ${text('status') ?? 'unknown'}`,
    pairs: {
      Status: text('status'),
      Name: [text('firstName'), text('lastName')].filter(Boolean).join(' '),
      Domain: text('domain'),
      'Warm-up': escapeText(warmup ?? 'none'),
      Picture: row.profilePicture ? 'yes' : 'none',
    },
    ids: { mailboxId, userId },
    buttons: id === undefined ? [] : cardButtons(id, domain, warmup),
  })
}

function cardButtons(id: string, domain: string | undefined, warmup: string | undefined) {
  return [
    button({ text: 'Update', actionId: 'mailboxes.update', value: id }),
    warmup
      ? button({ text: 'Warm-up settings', actionId: 'warmup.settings', value: id })
      : button({ text: 'Start warm-up', actionId: 'warmup.add', value: id }),
    ...pauseButtons(id, warmup),
    button({ text: 'Placement test', actionId: 'placement.run', value: id }),
    button({ text: 'Re-export', actionId: 'mailboxes.reexport', value: id }),
    ...(domain ? [button({ text: 'Domain', actionId: 'domains.get', value: domain })] : []),
    button({ text: 'Admin login', actionId: 'mailboxes.admin', value: id }),
    button({ text: 'Remove', actionId: 'mailboxes.remove', value: id, style: 'danger' }),
  ]
}

/** What a warm-up can be told to do, as it stands. */
function pauseButtons(id: string, warmup: string | undefined) {
  const wanted = { ACTIVE: 'PAUSED', PAUSED: 'ACTIVE' }[warmup ?? '']
  if (!wanted) return []
  const text = wanted === 'PAUSED' ? 'Pause warm-up' : 'Resume warm-up'
  return [button({ text, actionId: 'warmup.status', value: `mailboxId=${id} status=${wanted}` })]
}

/** The login, for the one who asked and nobody else. */
export function adminLogin(address: string, login: JsonObject): Message {
  const text = `Admin login of ${escapeText(address)}`
  const lines = Object.entries(login).filter(([, value]) => ['string', 'number'].includes(typeof value))
  return {
    text,
    blocks: [
      section(`*${text}*`),
      ...(lines.length ? [verbatim(lines.map(([name, value]) => [labelOf(name), String(value)]))] : []),
      context(
        ':lock: Only you can see this, and the bot does not store it. It is gone when you reload Slack.',
      ),
    ],
  }
}

/** Values as they are, to be copied: in mrkdwn a backtick of a password would be lost. */
function verbatim(lines: readonly (readonly [label: string, value: string])[]): RichTextBlock {
  const elements = lines.flatMap(([label, value], at) => [
    { type: 'text' as const, text: `${at ? '\n' : ''}${label}: ` },
    { type: 'text' as const, text: value || '–', style: { code: true } },
  ])
  return confidentialBlock({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] })
}

/** What CMR did of a change: it may refuse it inside an answer that is well. */
export function updateReceipt(before: Mailbox, wanted: JsonObject, data: unknown): Message {
  const name = escapeText(named(before))
  const [result] = [data].flat() as (JsonObject | null | undefined)[]
  const id = String(before.mailboxId ?? wanted.mailboxId)
  if (result?.success === false) {
    const why = escapeText(result.message ?? 'it gave no reason')
    return receipt({
      text: `:x: CMR did not change *${name}*: ${why}`,
      follows: ['Nothing was changed. If it says “Rate limit exceeded”, wait a minute and send it again.'],
      buttons: [button({ text: 'Try again', actionId: 'mailboxes.update', value: id })],
    })
  }
  const labels: Record<string, string> = {
    firstName: 'First name',
    lastName: 'Last name',
    userName: 'Username',
  }
  const old: JsonObject = { ...before, userName: named(before).split('@')[0] }
  const lines = Object.entries(labels)
    .filter(([field]) => wanted[field] !== undefined && wanted[field] !== old[field])
    .map(([field, label]) => `${label}: ${escapeText(old[field] ?? 'none')} → *${escapeText(wanted[field])}*`)
  if (wanted.profilePicture) lines.push('Picture: a new one')
  if (wanted.removeProfilePicture) lines.push('Picture: removed')
  return receipt({
    text: lines.length
      ? `:white_check_mark: Mailbox *${name}* updated`
      : `:information_source: Nothing changed: this is what CMR already has for *${name}*`,
    follows: lines,
    buttons: [button({ text: 'Open mailbox', actionId: 'mailboxes.get', value: id })],
  })
}

/** Returns which addresses CMR would take. */
export function validationList(addresses: readonly string[], data: unknown, said: string): Message {
  const outer = (data ?? {}) as JsonObject
  const list = Array.isArray(data) ? data : [outer.results, outer.mailboxes].find(Array.isArray)
  const results = new Map(
    ((list ?? []) as unknown[]).flatMap((row) =>
      typeof row === 'object' && row !== null
        ? [[String((row as JsonObject).email).toLowerCase(), row as JsonObject]]
        : [],
    ),
  )
  const verdict = (address: string) => {
    const row = results.get(address.toLowerCase()) ?? outer
    if (row.valid === false) return `:x: *${escapeText(address)}*  ${escapeText(row.message ?? 'not valid')}`
    if (row.valid === true) return `:white_check_mark: *${escapeText(address)}*`
    return `:grey_question: *${escapeText(address)}*  CMR does not say`
  }
  const lines = addresses.map(verdict)
  const bad = lines.filter((line) => line.startsWith(':x:')).length
  const title = bad ? `${bad} of ${addresses.length} not valid` : escapeText(said || 'Mailboxes validated')
  return { text: title, blocks: sections([`*${title}*`, ...lines]).slice(0, mostRows) }
}

/** After a mailbox was sent to its provider's app again. */
export function reexportReceipt(address: string, provider: MailProvider | undefined): Message {
  const by = provider ? ` (${providerNames[provider]})` : ''
  return receipt({ text: `:outbox_tray: Exporting *${escapeText(address)}* again${by}` })
}
