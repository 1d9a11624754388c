import { randomUUID } from 'node:crypto'
import type { KnownBlock } from '@slack/types'
import { permit } from '../access/permit.ts'
import type { CmrApi } from '../cmr/client.ts'
import { type Confirmation, InputError, idOf } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { type Encoding, encodingNames, readAs, wordsInDoubt } from '../commands/encoding.ts'
import { CsvFault, fileGiven, readCsv, type SheetDoubt } from '../commands/given-files.ts'
import { spokenOf } from '../commands/grammar.ts'
import { customersOfCaller } from '../commands/permissions.ts'
import { expectedResultsOf } from '../operations/expected-results.ts'
import { askAgain } from '../operations/recent-charges.ts'
import { receiptPlace } from '../resources/confirmations.ts'
import { fundsFor } from '../resources/prices.ts'
import { actions, button, cut, escapeText, inPlaceSuffix, section } from '../slack/blocks.ts'
import { checkSheet, type GoodRow, type RowFault } from './columns.ts'
import type { Import, ImportPlan, Item } from './import.ts'
import { faultLine, previewText } from './messages.ts'
import { faultsFile } from './outcome.ts'
import type { BulkRow } from './store/items.ts'
import { savePreview } from './store/preview.ts'

/** A file that somebody gave, and how they say that its letters are meant. */
export interface GivenFile {
  readonly fileId: string
  readonly encoding?: Encoding | undefined
}

/** Faults that the preview names itself; where there are more, all of them go to the person as a file. */
const NAMED = 20

/**
 * Reads a file, checks every row of it, and writes down what would be sent. Nothing is sent.
 * @returns what the person is asked
 * @throws InputError where the file cannot be used, or no row of it can; CmrError as CMR answers
 */
export async function preview(
  of: Import,
  context: CommandContext,
  bulkCmr: CmrApi,
  { fileId, encoding }: GivenFile,
): Promise<Confirmation> {
  const { id, columns, explains, sends } = of
  const { caller, store, clock } = context
  const file = await fileGiven(context, fileId, 'file')
  const { sheet, checked } = understood(() => {
    const sheet = readCsv(file.bytes, encoding)
    return { sheet, checked: checkSheet(columns, sheet) }
  })
  const { good, faults: wrong, given, ignored } = checked
  // Names are looked up at the pace of a run: a big file must not keep people waiting.
  const plan = await planned(of, { ...context, cmr: bulkCmr }, good)
  const { items, price } = plan
  const faults = [...wrong, ...plan.faults].sort((a, b) => a.number - b.number)
  const faultyRows = new Set(faults.map(({ number }) => number)).size
  if (items.length === 0) throw new InputError('file', nothingToSend(given.size, faults))
  const blocks = sheet.doubt ? encodingQuestion(sheet.doubt, { id, fileId }) : []
  const runId = randomUUID().slice(0, 8)
  const at = clock().toISOString()
  await savePreview(
    store.db,
    {
      id: runId,
      import_id: id,
      actor: caller.userId,
      team: caller.teamId,
      channel: caller.channelId ?? null,
      file_id: fileId,
      file_name: file.name,
      created_at: at,
    },
    items.map(({ input }, position) => ({ position, input: JSON.stringify(input) })),
    rowsFor(given, items, faults),
  )
  const goodRows = given.size - faultyRows
  const sentSeparately = faults.length > NAMED && (await sendFaults(context, file.name, faults))
  const text = previewText({
    fileName: file.name,
    rows: given.size,
    goodRows,
    items: items.length,
    faults: faults.slice(0, NAMED),
    moreFaults: Math.max(0, faults.length - NAMED),
    sentSeparately,
    ignored,
    explains,
    price,
    funds: price && (await fundsFor(context, price)),
    told: receiptPlace(context),
  })
  const asked = { text, blocks, submit: `Import ${goodRows === 1 ? 'one row' : `${goodRows} rows`}` }
  if (sends.effect === 'write') return asked
  const parts = items.flatMap(({ input }) =>
    expectedResultsOf(idOf(sends), context.traitsOf(idOf(sends)), { query: input, body: input }),
  )
  return askAgain(context, parts, asked)
}

/** Plans rows; what a role for some customers does not reach is a fault of its rows. */
async function planned(
  { plan, sends }: Import,
  context: CommandContext,
  rows: readonly GoodRow[],
): Promise<ImportPlan> {
  const all = await plan(context, rows)
  if (!(await customersOfCaller(context, sends))) return all
  const verdicts = await Promise.all(all.items.map(({ input }) => permit(context, sends, input)))
  const refused = all.items.flatMap(({ numbers }, at) => (verdicts[at]?.allowed ? [] : numbers))
  if (refused.length === 0) return all
  // The price is that of what is left.
  const left = await plan(
    context,
    rows.filter(({ number }) => !refused.includes(number)),
  )
  const reason = 'Your role is not for this customer.'
  return { ...left, faults: [...left.faults, ...refused.map((number) => ({ number, reason }))] }
}

/** For the form, which is shown again: the first reasons, in plain text. */
function nothingToSend(rows: number, faults: readonly RowFault[]): string {
  const first = faults.slice(0, 5).map(faultLine).join(' ')
  const more = faults.length > 5 ? ` And ${faults.length - 5} more.` : ''
  const none = rows === 1 ? 'The one row cannot be sent.' : `None of the ${rows} rows can be sent.`
  return `${none} ${first}${more}`
}

function understood<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (error instanceof CsvFault) throw new InputError('file', error.message)
    throw error
  }
}

function rowsFor(
  given: ReadonlyMap<number, Readonly<Record<string, string>>>,
  items: readonly Item[],
  faults: readonly RowFault[],
): Omit<BulkRow, 'run_id' | 'result_id'>[] {
  const positions = new Map(items.flatMap(({ numbers }, at) => numbers.map((number) => [number, at])))
  const reasons = Map.groupBy(faults, ({ number }) => number)
  return [...given].map(([number, values]) => {
    const detail = reasons.get(number)?.map(sentenceOf).join(' ') ?? null
    const position = positions.get(number) ?? null
    return {
      number,
      position,
      columns: JSON.stringify(values),
      state: position === null ? ('faulty' as const) : ('waiting' as const),
      detail,
    }
  })
}

/** "Country: Give the two-letter code, such as US." */
function sentenceOf({ column, reason }: RowFault): string {
  return column ? `${column}: ${reason}` : reason
}

async function sendFaults(
  context: CommandContext,
  name: string,
  faults: readonly RowFault[],
): Promise<boolean> {
  try {
    await context.files.share(faultsFile(name, faults), { person: context.caller.userId })
    return true
  } catch (error) {
    context.logger.warn({ err: error }, 'the faults of a file could not be sent')
    return false
  }
}

/** Names that the question shows. */
const NAMES_SHOWN = 8

/**
 * Asks whether a file's letters were meant as they were read: its bytes do not say it, and a wrong name would be sent
 * without a word. Each button reads the file in another way.
 * @param file.id `noun.verb` of the command that takes it
 */
function encodingQuestion(
  { encoding, others, text }: SheetDoubt,
  file: { readonly id: string; readonly fileId: string },
): KnownBlock[] {
  const names = wordsInDoubt(text, NAMES_SHOWN).map((name) => `“${escapeText(cut(name, 60))}”`)
  const read = `${readAs(encoding)}: ${names.join(', ')}.`
  if (others.length === 0) return [section(`:grey_question: ${read}`)]
  const buttons = others.map((other, at) => {
    const [sample = ''] = wordsInDoubt(other.text, 1)
    return button({
      text: `${encodingNames[other.encoding]}: ${sample}`,
      actionId: `${file.id}:${inPlaceSuffix}${at}`,
      value: spokenOf({ file: file.fileId, encoding: other.encoding }),
    })
  })
  return [
    section(`:grey_question: ${read} *Is that right?* If not, press the button that shows the right name.`),
    actions(...buttons),
  ]
}
