import { z } from 'zod'
import { mailboxes } from '../../cmr/endpoints/mailboxes.ts'
import { command } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { directoryEntries, entriesNamed } from '../../directory/store/rows.ts'
import { portionsOf } from '../../process/portions.ts'
import { acceptedMessage } from '../../resources/answers.ts'
import type { RowFault } from '../columns.ts'
import { importOf, itemAnswer, onlyOnce } from '../import.ts'

/** CMR takes many in one request and answers for each ("Update mailbox details"). */
const AT_ONCE = 20
/** "limit 20 by default and 100 at most". */
const PAGE = 100
/** Pages that are searched for addresses. */
const PAGES = 200
/** Names that the mirror is asked at once. */
const LOOKED_UP = 300

const change = z.object({
  mailboxId: z.string(),
  userName: z.string().optional(),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
})

const updateMany = command({
  noun: 'mailboxes',
  verb: 'update',
  summary: 'Update mailboxes',
  effect: mailboxes.update.effect,
  // The plan has looked up whose the mailboxes are.
  customers: async (_, { userId }) => (userId ? [userId] : undefined),
  input: z.object({ userId: z.string(), mailboxData: z.array(change).min(1) }),
  positional: [],
  label: ({ mailboxData }) => `${mailboxData.length} mailboxes`,
  async run({ cmr }, { userId, mailboxData }) {
    const { refused, message, actionId } = await cmr.mailboxes.update({
      query: { userId },
      body: { mailboxData },
    })
    const answers = mailboxData.map(({ mailboxId }) => itemAnswer(refused, mailboxId))
    const receipt = acceptedMessage(`Update of ${mailboxData.length} mailboxes`, { message })
    return { message: receipt, actionId, subject: { userId }, answers }
  },
})

const columns = z
  .object({
    mailboxId: z
      .string()
      .min(1)
      .meta({ label: 'Mailbox', also: ['email', 'address', 'mailbox id'], example: 'jane@acme.com' }),
    firstName: z.string().optional().meta({ label: 'First name', example: 'Jane' }),
    lastName: z.string().optional().meta({ label: 'Last name', example: 'Doe' }),
    userName: z
      .string()
      .regex(/^[\w.-]+$/, 'Before the @, use letters, digits and . _ - only.')
      .optional()
      .meta({ label: 'Username', also: ['user name', 'new user name'], example: 'jane' }),
  })
  .refine(({ firstName, lastName, userName }) => firstName || lastName || userName, {
    path: ['firstName'],
    error: 'Nothing would change. Give a first name, a last name or a username.',
  })

/** `/cmr mailboxes import`, or `mailboxes update` with a file: a mailbox a row, twenty a request. */
export const mailboxImport = importOf({
  id: 'mailboxes.import',
  summary: 'Update mailboxes',
  effect: mailboxes.update.effect,
  columns,
  explains: `CMR takes up to ${AT_ONCE} mailboxes of a customer in one request, and answers for each.`,
  sends: updateMany,
  async plan(context, rows) {
    const { found, all } = await mailboxesCalled(
      context,
      rows.map(({ values }) => values.mailboxId),
    )
    const { once, faults } = onlyOnce(
      rows,
      ({ values }) => found.get(values.mailboxId.toLowerCase())?.mailboxId ?? values.mailboxId,
      ({ values }, first) => ({
        column: 'Mailbox',
        reason: `${values.mailboxId} is on line ${first} already.`,
      }),
    )
    const unknown: RowFault[] = []
    const known = once.flatMap(({ number, values }) => {
      const mailbox = found.get(values.mailboxId.toLowerCase())
      if (mailbox) return [{ number, ...mailbox, change: { ...values, mailboxId: mailbox.mailboxId } }]
      const reason = all
        ? `CMR has no mailbox ${values.mailboxId}.`
        : `${values.mailboxId} is not among CMR’s first ${PAGES * PAGE} mailboxes. Try again once /cmr find shows it.`
      unknown.push({ number, column: 'Mailbox', reason })
      return []
    })
    const items = [...Map.groupBy(known, ({ userId }) => userId)].flatMap(([userId, mine]) =>
      portionsOf(mine, AT_ONCE).map((batch) => ({
        numbers: batch.map(({ number }) => number),
        input: { userId, mailboxData: batch.map((one) => one.change) },
      })),
    )
    return { items, faults: [...faults, ...unknown] }
  },
  resultId: ({ actionId }) => actionId,
  rowNames: ({ mailboxData }) => (mailboxData as { mailboxId: string }[]).map(({ mailboxId }) => mailboxId),
  narrow: (input, rows) => ({
    ...input,
    mailboxData: (input.mailboxData as unknown[]).filter((_, at) => rows.includes(at)),
  }),
})

interface FoundMailboxes {
  /** By address and id, in lower case. */
  readonly found: Map<string, { mailboxId: string; userId: string }>
  /** True if what is missing is not there: otherwise nobody has looked to the end. */
  readonly all: boolean
}

/** Mailboxes by address or id: from the mirror, and from CMR what the mirror does not know. */
async function mailboxesCalled(context: CommandContext, called: readonly string[]): Promise<FoundMailboxes> {
  const found: FoundMailboxes['found'] = new Map()
  const names = [...new Set(called.map((name) => name.toLowerCase()))]
  for (const some of portionsOf(names, LOOKED_UP)) {
    const ids = some.map((name) => ({ kind: 'mailbox' as const, id: name.toUpperCase() }))
    const rows = [
      ...(await entriesNamed(context.store, 'mailbox', some)),
      ...(await directoryEntries(context.store, ids)),
    ]
    for (const { id: mailboxId, name, user_id: userId } of rows) {
      if (!userId) continue
      for (const one of [name, mailboxId]) found.set(one.toLowerCase(), { mailboxId, userId })
    }
  }
  let before: string | undefined
  for (let page = 1; names.some((name) => !found.has(name)); page++) {
    if (page > PAGES) return { found, all: false }
    const { data } = await context.cmr.mailboxes.all({ query: { page, limit: PAGE } })
    const { rows, totalPages } = data
    const first = JSON.stringify(rows[0])
    for (const { mailboxId, userId, email } of rows) {
      if (!mailboxId || !userId) continue
      for (const one of [email, mailboxId]) if (one) found.set(one.toLowerCase(), { mailboxId, userId })
    }
    // A short page proves nothing: CMR may give fewer rows than it was asked for.
    if (rows.length === 0 || (totalPages === undefined ? first === before : page >= totalPages)) break
    before = first
  }
  return { found, all: true }
}
