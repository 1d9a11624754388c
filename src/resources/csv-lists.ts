import { z } from 'zod'
import { readPages } from '../cmr/answers/page.ts'
import type { CmrApi } from '../cmr/client.ts'
import type { Endpoint } from '../cmr/endpoint.ts'
import { type Command, idOf, type Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { spokenOf } from '../commands/grammar.ts'
import { customerNames } from '../directory/names/customers.ts'
import { named } from '../directory/names/named.ts'
import { directoryEntries, type EntryKind } from '../directory/store/rows.ts'
import { actions, button, counted, escapeText, longestValue, type Message } from '../slack/blocks.ts'
import { csvFile } from './csv.ts'
import { flatRequest } from './request-fields.ts'

const PAGE = 100
/** 50,000 rows: more than a spreadsheet is good for. */
const PAGES = 500
/** Of the store, where the database is asked in one go. */
const OWN_ROWS = 5000
/** "Block Kit": blocks of a message, elements of a row of buttons. */
const most = { blocks: 50, buttons: 25 }

/** A list that can be had as a file: by `--csv`, and by a button below it. */
export function withCsv(list: Command): Command {
  const { rows, mostRows: atMost = OWN_ROWS } = list
  if (!rows) return list
  const csv = z.boolean().optional().meta({ label: 'As a CSV file', hidden: true })
  return {
    ...list,
    input: list.input.safeExtend({ csv }),
    async run(context, { csv: wanted, ...input }) {
      if (wanted) return shareRows(list, context, await rows(context, input, atMost), atMost)
      const outcome = await list.run(context, input)
      return { ...outcome, message: withButton(outcome.message, list, input) }
    },
  }
}

type Rows = readonly Readonly<Record<string, unknown>>[]

interface ListAnswer {
  readonly rows: Rows
  readonly records: Rows
  readonly transactions: Rows
  readonly totalPages: number | undefined
}

async function shareRows(
  list: Command,
  context: CommandContext,
  rows: Rows,
  atMost: number,
): Promise<Outcome> {
  const name = `${idOf(list).replace('.', '-')}-${context.clock().toISOString().slice(0, 10)}.csv`
  const named = await withNames(context, rows)
  await context.files.share(csvFile(name, named), { person: context.caller.userId })
  const count = counted(rows.length, 'row')
  const left = rows.length < atMost ? 'all pages' : '*the first ones only*'
  return {
    message: notice(
      [
        `:page_facing_up: *${escapeText(list.summary)}*: ${count}, ${left}, as ${escapeText(name)} in a message to you.`,
        list.csvNote?.(rows),
      ]
        .filter(Boolean)
        .join(' '),
    ),
  }
}

/** Lets a list of CMR's be had as a file: the rows of all of its pages. @param input of its command */
export function listRows(endpoint: Endpoint, input: z.ZodObject): Pick<Command, 'rows' | 'mostRows'> {
  return {
    mostRows: PAGE * PAGES,
    async rows(context, given) {
      const { ids } = await named(context, input, given)
      // At the pace of a run: a long list must not keep people waiting.
      return allRows(context.cmr, endpoint, ids)
    },
  }
}

/** Reads every page of a list, at the pace of a run. */
export async function allRows(
  cmr: CmrApi,
  endpoint: Endpoint,
  ids: Readonly<Record<string, unknown>>,
): Promise<Rows> {
  const { assemble } = flatRequest(endpoint)
  const inPages = 'page' in endpoint.query.shape
  const ask = async (page: number) => {
    const { data } = await cmr.call(endpoint, assemble(inPages ? { ...ids, page, limit: PAGE } : ids), {
      priority: 'bulk',
    })
    // A zone's records and a wallet's movements come with more around them than a page.
    const { rows, records, transactions, totalPages } = data as Partial<ListAnswer>
    return { rows: rows ?? records ?? transactions ?? [], totalPages }
  }
  const pages = await Array.fromAsync(readPages(ask, inPages ? PAGES : 1))
  return pages.flat()
}

/** A button below a list, in the row of buttons that is there. */
function withButton(message: Message, list: Command, input: Readonly<Record<string, unknown>>): Message {
  const { page: _, limit: __, ...given } = input
  const value = ['csv=yes', spokenOf(given)].join(' ').trim()
  const last = message.blocks.at(-1)
  if (value.length > longestValue) return message
  const csv = button({ text: 'CSV', actionId: `${idOf(list)}:csv`, value })
  if (last?.type === 'actions' && last.elements.length < most.buttons) {
    const row = { ...last, elements: [...last.elements, csv] }
    return { ...message, blocks: [...message.blocks.slice(0, -1), row] }
  }
  if (message.blocks.length >= most.blocks) return message
  return { ...message, blocks: [...message.blocks, actions(csv)] }
}

type Row = Readonly<Record<string, unknown>>

/** An id that nobody reads: the column of its name stands beside it. */
interface NameColumn {
  readonly column: string
  /** A row that has one of these says the name already. */
  readonly unless: readonly string[]
  names(ids: readonly string[]): Promise<ReadonlyMap<string, string | null>>
}

/** Pages of CMR's users that are read for the names of those whom the bot does not know yet. */
const USER_PAGES = 100

/**
 * Returns rows with names beside ids: the customer's beside a userId, the domain beside a subscriptionId, the address beside
 * a mailboxId. Rows that say them already stay as they are.
 */
async function withNames(context: CommandContext, rows: readonly Row[]): Promise<readonly Row[]> {
  const customer: NameColumn = {
    column: 'customer',
    unless: ['customer', 'company'],
    names: (ids) => customerNames(context, ids, { pages: USER_PAGES, priority: 'bulk' }),
  }
  const things = (kind: EntryKind, read: 'domain' | 'name') => async (ids: readonly string[]) => {
    const entries = await directoryEntries(
      context.store,
      ids.map((id) => ({ kind, id })),
    )
    return new Map(entries.map((entry) => [entry.id, entry[read]]))
  }
  const ids: Readonly<Record<string, NameColumn>> = {
    userId: customer,
    user_id: customer,
    subscriptionId: {
      column: 'domain',
      unless: ['domain', 'domainName', 'email'],
      names: things('subscription', 'domain'),
    },
    mailboxId: { column: 'email', unless: ['email'], names: things('mailbox', 'name') },
    ...Object.fromEntries(
      personColumns(rows).map((column) => [column, { column: `${column} name`, unless: [], names: people }]),
    ),
  }
  let named = rows
  for (const [id, one] of Object.entries(ids)) named = await namedBeside(named, id, one)
  return named

  async function people(cells: readonly string[]) {
    const known = await context.namesOf?.([...new Set(cells.flatMap(peopleIn))])
    return new Map(
      cells.map((cell) => [
        cell,
        peopleIn(cell)
          .map((id) => known?.get(id) ?? id)
          .join(', '),
      ]),
    )
  }
}

/** Slack's ids of people, alone or several in a cell ("User object"). */
const peopleIds = /^[UW][A-Z0-9]{6,}(?:[ ,]+[UW][A-Z0-9]{6,})*$/
const peopleIn = (cell: string) => cell.split(/[ ,]+/).filter((id) => peopleIds.test(id))

/** What holds who did something: CMR's ids of customers look alike. */
const byPeople = /^(?:actor|requester|person|who|by|.*(?:_by|By))$/

/** Columns that hold nothing but Slack's ids of people. */
function personColumns(rows: readonly Row[]): string[] {
  const columns = new Set(rows.flatMap((row) => Object.keys(row).filter((name) => byPeople.test(name))))
  return [...columns].filter((column) => rows.some((row) => peopleIds.test(String(row[column] ?? ''))))
}

async function namedBeside(rows: readonly Row[], id: string, { column, unless, names }: NameColumn) {
  const lacks = (row: Row) => typeof row[id] === 'string' && unless.every((name) => row[name] === undefined)
  const wanted = new Set(rows.filter(lacks).map((row) => String(row[id])))
  if (wanted.size === 0) return rows
  const known = await names([...wanted])
  const withName = ([name, value]: readonly [string, unknown]) =>
    Object.entries({ ...(name === id && { [column]: known.get(String(value)) ?? '' }), [name]: value })
  return rows.map((row) => (lacks(row) ? Object.fromEntries(Object.entries(row).flatMap(withName)) : row))
}
