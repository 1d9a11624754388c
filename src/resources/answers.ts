import type { KnownBlock } from '@slack/types'
import { isObject, type JsonObject } from '../cmr/json.ts'
import { money, toCents } from '../cmr/money.ts'
import { namesUpTo } from '../directory/find/labels.ts'
import { dayText } from '../process/day-text.ts'
import {
  code,
  context,
  cut,
  escapeText,
  fields,
  listed,
  type Message,
  mostRows,
  section,
  sections,
  upperFirst,
} from '../slack/blocks.ts'

const naming = [
  'domain',
  'domainName',
  'domains',
  'domainNames',
  'mailboxId',
  'mailboxIds',
  'subscriptionId',
  'subscriptionIds',
  'orderId',
  'recordId',
  'credentialId',
  'userId',
  'keyword',
  'contains',
  'message',
]

/** What a person calls the thing that a command is about. */
export function nameOf(input: Readonly<Record<string, unknown>>): string {
  const value = naming.map((name) => input[name]).find((one) => one !== undefined)
  return namesUpTo([value ?? []].flat().map(String), 3)
}

const names = [
  'domainName',
  'domain',
  'email',
  'host',
  'name',
  'company',
  'orderId',
  'subscriptionId',
  'mailboxId',
  'credentialId',
  'id',
]
/** Not worth a place in a line: ids stand in the card. */
const dull =
  /Id$|^id$|^mailboxes$|Url$|^(periodStart|billingCycle|ttl|createdAt|registeredOn|firstName|lastName)$/

/** Words for a line on a phone; an empty one says that the value speaks for itself. */
const short: Readonly<Record<string, string>> = {
  status: '',
  subscriptionStatus: '',
  recordType: '',
  value: '',
  serviceProvider: '',
  totalMailboxQuantity: 'mailboxes',
  pricePerMailbox: 'each',
  periodEnd: 'until',
  expiryDate: 'expires',
  autoRenew: 'auto-renew',
}

/** A message of Slack's has no more blocks. */
const MOST_BLOCKS = 50

/** Returns a list with a line that says how many rows of CMR's are missing because they could not be read. */
export function withUnreadable(message: Message, rows: number): Message {
  if (rows === 0) return message
  const some = rows === 1 ? '1 row' : `${rows} rows`
  const line = context(
    `:warning: CMR also sent ${some} that the bot could not read, such as one without an id.`,
  )
  const at = message.blocks.findIndex(({ type }) => type === 'actions')
  const blocks =
    at < 0 ? [...message.blocks, line] : [...message.blocks.slice(0, at), line, ...message.blocks.slice(at)]
  return { ...message, blocks: blocks.slice(0, MOST_BLOCKS) }
}

/** Returns CMR's answer to a read as a list or a card. */
export function answerMessage(title: string, data: unknown): Message {
  const list = listIn(data)
  if (list) return listMessage(title, list)
  if (isObject(data)) return cardMessage(title, data)
  const text = data === null || data === undefined ? 'CMR has no data about it.' : escapeText(String(data))
  return { text: escapeText(title), blocks: [section(`*${escapeText(title)}*\n${text}`)] }
}

function listMessage(title: string, rows: readonly unknown[]): Message {
  const head = `${title}: ${rows.length === 0 ? 'none' : rows.length}`
  const blocks: KnownBlock[] = [section(`*${escapeText(head)}*`)]
  blocks.push(...sections(rows.slice(0, mostRows).map(lineOf)))
  if (rows.length > mostRows)
    blocks.push(context(`The first ${mostRows} of ${rows.length}. Narrow it down, or go to the next page.`))
  return { text: escapeText(head), blocks }
}

function lineOf(row: unknown): string {
  if (!isObject(row)) return `• ${escapeText(row)}`
  const name = names.find((one) => typeof row[one] === 'string')
  const details = Object.entries(row)
    .filter(([key, value]) => key !== name && !dull.test(key) && isShort(value))
    .slice(0, 6)
    .map(([key, value]) => `${short[key] ?? label(key)} ${escapeText(shown(key, value))}`.trim())
  return cut(`• *${escapeText(name ? row[name] : 'One')}*  ${details.join(' · ')}`, 600)
}

/** Fields of a card, and lists in it. */
const MOST_PAIRS = 30
const MOST_NESTED = 8

function cardMessage(title: string, data: JsonObject): Message {
  const scalars = Object.entries(data).filter(([, value]) => isShort(value))
  const pairs = Object.fromEntries(
    scalars.slice(0, MOST_PAIRS).map(([key, value]) => [label(key), escapeText(shown(key, value))]),
  )
  const nested = Object.entries(data).filter(([, value]) => isObject(value) || Array.isArray(value))
  const more = nested.slice(0, MOST_NESTED).map(([key, value]) => {
    const inside = Array.isArray(value) ? listed(value.map(lineOf), 2800, '\n') : lineOf(value)
    return section(cut(`*${label(key)}*\n${inside || '–'}`, 2900))
  })
  const left = Math.max(0, scalars.length - MOST_PAIRS) + Math.max(0, nested.length - MOST_NESTED)
  const rest = left > 0 ? [context(`And ${left} more fields, which CMR’s dashboard shows.`)] : []
  const blocks: KnownBlock[] = [section(`*${escapeText(title)}*`), ...fields(pairs), ...more, ...rest]
  return { text: escapeText(title), blocks }
}

/** After something was asked of CMR: what it said. */
export function acceptedMessage(
  title: string,
  answer: { readonly message: string; readonly orderId?: string | undefined },
): Message {
  const said = answer.message ? `\nCMR: ${escapeText(answer.message)}` : ''
  const text = `:white_check_mark: *${escapeText(title)}*${said}`
  const order = answer.orderId ? [context(`orderId ${code(answer.orderId)}`)] : []
  return { text: cut(text, 3000), blocks: [section(text), ...order] }
}

function listIn(data: unknown): readonly unknown[] | undefined {
  if (Array.isArray(data)) return data
  if (!isObject(data)) return undefined
  const lists = Object.values(data).filter(Array.isArray)
  const others = Object.values(data).filter((value) => !Array.isArray(value))
  return lists.length === 1 && others.length <= 4 ? lists[0] : undefined
}

function isShort(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value) && String(value).length <= 200 && value !== ''
}

function shown(key: string, value: unknown): string {
  const cents = /price|balance|amount/i.test(key) ? toCents(value) : undefined
  if (cents !== undefined) return money(cents)
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return /^\d{4}-\d\d-\d\dT/.test(String(value)) ? dayText(String(value)) : String(value)
}

/** periodEnd → Period end; not escaped. */
export function labelOf(key: string): string {
  const words = key.replace(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return upperFirst(words)
}

const label = (key: string) => escapeText(labelOf(key))
