import type { KnownBlock } from '@slack/types'
import {
  actions,
  button,
  code,
  context,
  cut,
  escapeText,
  fields,
  header,
  type Message,
  section,
} from './blocks.ts'
import { table } from './table.ts'

type Row = Readonly<Record<string, unknown>>

/** Rows that each have a button; more of them are a table. */
const WITH_BUTTONS = 12

/** @param data the answer of `mailboxes.list` or `mailboxes.all`: a list, bare or in an object */
export function rowsIn(data: unknown): Row[] {
  const { mailboxes } = (data ?? {}) as { mailboxes?: unknown }
  const list = Array.isArray(data) ? data : mailboxes
  return Array.isArray(list) ? (list as Row[]) : []
}

const warmupOf = ({ warmup }: Row) => {
  const status = (warmup as Row | null | undefined)?.status
  return typeof status === 'string' ? status : undefined
}
const named = (row: Row) => String(row.email ?? row.mailboxId ?? 'A mailbox')

/** Mailboxes with status and warm-up. */
export function mailboxList(
  rows: readonly Row[],
  place?: { readonly page: number; readonly more: boolean; readonly limit: number },
): Message {
  const ready = rows.filter((row) => row.status === 'ACTIVE').length
  const warm = rows.filter((row) => warmupOf(row) === 'ACTIVE').length
  const count = `${rows.length} mailbox${rows.length === 1 ? '' : 'es'}`
  const title = rows.length ? `${count}: ${ready} ACTIVE, ${warm} warming up` : 'No mailbox yet'
  const blocks: KnownBlock[] = [section(`*${title}*${place ? `, page ${place.page}` : ''}`)]
  if (rows.length > WITH_BUTTONS) {
    blocks.push(
      table(
        ['Address', 'Status', 'Warm-up'],
        rows.map((row) => [named(row), row.status, warmupOf(row)]),
      ),
      context('`/cmr mailboxes get jane@acme.com` opens one of them.'),
    )
  } else {
    blocks.push(
      ...rows.map((row, at) =>
        section(
          `${row.status === 'ACTIVE' ? '' : ':hourglass_flowing_sand: '}*${escapeText(named(row))}*\n${escapeText(row.status ?? '')} · ${warmupOf(row) ? `warm-up ${escapeText(warmupOf(row))}` : 'no warm-up'}`,
          button({
            text: 'Open',
            actionId: `mailboxes.get:${at}`,
            value: String(row.mailboxId ?? row.email),
          }),
        ),
      ),
    )
  }
  const turn = (page: number) => `page=${page} limit=${place?.limit}`
  const turning = [
    place &&
      place.page > 1 &&
      button({ text: '‹ Previous', actionId: 'mailboxes.all:previous', value: turn(place.page - 1) }),
    place?.more && button({ text: 'Next ›', actionId: 'mailboxes.all:next', value: turn(place.page + 1) }),
  ].filter((one) => typeof one === 'object')
  if (turning.length) blocks.push(actions(...turning))
  return { text: title, blocks }
}

/** One mailbox, with what can be done about it. */
export function mailboxCard(row: Row): Message {
  const id = String(row.mailboxId ?? row.email)
  const text = (name: string) => (row[name] ? escapeText(row[name]) : undefined)
  const warmup = warmupOf(row)
  return {
    text: `${escapeText(named(row))}: ${text('status') ?? 'unknown'}`,
    blocks: [
      header(named(row)),
      ...fields({
        Status: text('status'),
        Name: [text('firstName'), text('lastName')].filter(Boolean).join(' '),
        Domain: text('domain'),
        'Warm-up': escapeText(warmup ?? 'none'),
        Picture: row.profilePicture ? 'yes' : 'none',
      }),
      context(`mailboxId ${code(id)}`, ...(row.userId ? [`userId ${code(row.userId)}`] : [])),
      actions(
        button({ text: 'Update', actionId: 'mailboxes.update', value: id }),
        warmup
          ? button({ text: 'Warm-up settings', actionId: 'warmup.settings', value: id })
          : button({ text: 'Start warm-up', actionId: 'warmup.add', value: id }),
        button({ text: 'Placement test', actionId: 'placement.run', value: id }),
        button({ text: 'Admin login', actionId: 'mailboxes.admin', value: id }),
        button({ text: 'Remove', actionId: 'mailboxes.remove', value: id, style: 'danger' }),
      ),
    ],
  }
}

/** The login, for the one who asked and nobody else. */
export function adminLogin(address: string, login: Row): Message {
  const lines = Object.entries(login)
    .filter(([, value]) => ['string', 'number'].includes(typeof value))
    .map(([name, value]) => `${escapeText(name)}: ${code(value)}`)
  const text = `Admin login of ${escapeText(address)}`
  return {
    text,
    blocks: [
      section(cut([`*${text}*`, ...lines].join('\n'), 3000)),
      context(':lock: Only you see this, and the bot keeps nothing of it. It is gone when you reload Slack.'),
    ],
  }
}

/** What CMR did of a change: it may refuse it inside an answer that is well. */
export function updateReceipt(
  before: Row,
  wanted: Row,
  data: unknown,
  actionId: string | undefined,
): Message {
  const name = escapeText(named(before))
  const [result] = [data].flat() as (Row | null | undefined)[]
  const id = String(before.mailboxId ?? wanted.mailboxId)
  if (result?.success === false) {
    const why = escapeText(result.message ?? 'it does not say why')
    const text = `:x: CMR did not change *${name}*: ${why}`
    const todo = 'Nothing was changed. If it says “Rate limit exceeded”, wait a minute and send it again.'
    return {
      text,
      blocks: [
        section(`${text}\n${todo}`),
        actions(button({ text: 'Try again', actionId: 'mailboxes.update', value: id })),
      ],
    }
  }
  const labels: Record<string, string> = {
    firstName: 'First name',
    lastName: 'Last name',
    userName: 'User name',
  }
  const old: Row = { ...before, userName: named(before).split('@')[0] }
  const lines = Object.entries(labels)
    .filter(([field]) => wanted[field] !== undefined && wanted[field] !== old[field])
    .map(([field, label]) => `${label}: ${escapeText(old[field] ?? 'none')} → *${escapeText(wanted[field])}*`)
  if (wanted.picture) lines.push('Picture: a new one')
  if (wanted.removeProfilePicture) lines.push('Picture: removed')
  const text = `:white_check_mark: Mailbox *${name}* updated`
  return {
    text,
    blocks: [
      section([text, ...lines].join('\n')),
      ...(actionId ? [context(`actionId ${code(actionId)}`)] : []),
      actions(button({ text: 'Open mailbox', actionId: 'mailboxes.get', value: id })),
    ],
  }
}

/** Before mailboxes go; mrkdwn. */
export function removalText(addresses: readonly string[]): string {
  const count = `${addresses.length} mailbox${addresses.length === 1 ? '' : 'es'}`
  return `*Remove ${count} for good?*\n${cut(addresses.map((one) => `• ${escapeText(one)}`).join('\n'), 1800)}\nAll their mail is lost, and nobody can bring it back. What is paid for is not refunded.`
}

/** Which addresses CMR would take. */
export function validationList(addresses: readonly string[], data: unknown, said: string): Message {
  const outer = (data ?? {}) as Row
  const list = Array.isArray(data) ? data : [outer.results, outer.mailboxes].find(Array.isArray)
  const results = new Map(
    ((list ?? []) as unknown[]).flatMap((row) =>
      typeof row === 'object' && row !== null ? [[String((row as Row).email).toLowerCase(), row as Row]] : [],
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
  return { text: title, blocks: [section(cut([`*${title}*`, ...lines].join('\n'), 3000))] }
}
