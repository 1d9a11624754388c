import { type Funds, moneyLines, type Price } from '../resources/prices.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  cut,
  escapeText,
  listed,
  type Message,
  moment,
  section,
} from '../slack/blocks.ts'
import { type ListPlace, listMessage } from '../slack/list.ts'
import type { RowFault } from './columns.ts'
import type { BulkRow, Tally } from './store/items.ts'
import type { ImportRun } from './store/runs.ts'

/** What a person is asked before a file is sent. */
export interface PreviewView {
  readonly fileName: string
  readonly rows: number
  readonly goodRows: number
  readonly items: number
  /** The first of them. */
  readonly faults: readonly RowFault[]
  readonly moreFaults: number
  /** True if all faults were sent to the person as a file. */
  readonly sentSeparately: boolean
  readonly ignored: readonly string[]
  readonly explains: string | undefined
  readonly price: Price | undefined
  readonly funds: Funds | undefined
  /** Where the progress will stand. */
  readonly told: string
}

/**
 * How many can be sent, what it costs, and what is wrong with the others; mrkdwn. A section takes 3,000 characters:
 * what may be long comes last.
 */
export function previewText(view: PreviewView): string {
  const { rows, goodRows, items, faults, moreFaults, ignored, explains, price, funds } = view
  const left = rows - goodRows
  const all = rows === 1 ? 'The one row' : `All ${rows} rows`
  const good = left === 0 ? all : `${goodRows} of ${counted(rows, 'row')}`
  const become = items === goodRows ? '' : `, in ${counted(items, 'request')} to CMR`
  const head = `*${good} of ${code(view.fileName)} can be sent*${become}.`
  const out = left === 0 ? [] : [`:warning: *${counted(left, 'row')} cannot* and will be left out:`]
  const named = faults.map((fault) => `• ${escapeText(cut(faultLine(fault), 110))}`)
  const rest = moreFaults > 0 ? [`…and ${moreFaults} more.${whereAll(view)}`] : []
  const unused = ignored.map((name) => `“${escapeText(cut(name, 40))}”`).slice(0, 10)
  return [
    head,
    ...(explains ? [`_${explains}_`] : []),
    ...(price && funds ? moneyLines(price, funds) : []),
    `It takes ${lasts(items)}. ${view.told}`,
    ...out,
    ...named,
    ...rest,
    ...(unused.length ? [`_Not used: ${unused.join(', ')}_`] : []),
  ].join('\n')
}

function whereAll({ sentSeparately }: PreviewView): string {
  return sentSeparately ? ' All of them are in a file that the bot has sent to you.' : ''
}

/** "Line 7, Country: Give the two-letter code, such as US." Not escaped. */
export function faultLine({ number, column, reason }: RowFault): string {
  return `Line ${number}${column ? `, ${column}` : ''}: ${reason}`
}

/** A run, as its message shows it. */
export interface RunView {
  readonly run: ImportRun
  readonly tally: Tally
  /** The first rows that failed, or of which nobody knows. */
  readonly troubles: readonly BulkRow[]
  /** How many runs share CMR's pace. */
  readonly beside: number
}

/** "users import", "mailboxes update". */
export function runName(run: Pick<ImportRun, 'import_id'>): string {
  return run.import_id.replace('.', ' ')
}

/** A run as it stands: how far it is and what went wrong, with what can be done about it. */
export function runMessage(view: RunView): Message {
  const { run, tally, troubles } = view
  const head = headline(view)
  const troubled = troubles.map((row) => `• ${escapeText(cut(troubleLine(row), 200))}`)
  const more = tally.rows.failed + tally.rows.unknown - troubles.length
  if (more > 0) troubled.push(`…and ${more} more: the outcome as CSV names every row.`)
  const about = [
    `${code(run.file_name)} from <@${run.actor}>`,
    tally.rows.faulty > 0 && `${counted(tally.rows.faulty, 'row with errors', 'rows with errors')} left out`,
    run.ended_at && `ended ${moment(run.ended_at)}`,
    `import ${code(run.id)}`,
  ].filter((one) => typeof one === 'string')
  return {
    text: head,
    blocks: [
      section(head.replace(runName(run), `*${runName(run)}*`)),
      ...(run.state === 'done' ? [] : [section(bar(tally))]),
      ...(run.reason ? [section(run.reason)] : []),
      ...(troubled.length ? [section(listed(troubled, 2900, '\n'))] : []),
      ...(tally.rows.unknown > 0 ? [section(unknownText)] : []),
      context(about.join(' · ')),
      ...buttonsOf(run),
    ],
  }
}

const unknownText =
  ':grey_question: *Unknown* means that it may have happened: CMR did not answer, or the bot stopped. None of it is sent again automatically. Check CMR before you send it again.'

function headline({ run, tally, beside }: RunView): string {
  const { done, failed, unknown, waiting } = tally.rows
  const total = done + failed + unknown + waiting
  const trouble = [failed && `${failed} failed`, unknown && `${unknown} unknown`].filter(Boolean)
  const left = waiting && `${waiting} left`
  const name = runName(run)
  switch (run.state) {
    case 'done':
      return trouble.length === 0
        ? `:white_check_mark: ${name}: ${total === 1 ? 'its one row is' : `all ${total}`} done`
        : `:warning: ${name}: ${[`${done} of ${total} done`, ...trouble].join(', ')}`
    case 'stopped':
      return `:black_square_for_stop: ${name} stopped: ${[`${done} of ${total} done`, ...trouble, left].filter(Boolean).join(', ')}`
    case 'stopping':
      return `:hourglass_flowing_sand: ${name}: stopping. Rows that were already sent are finished`
    default:
      return `:hourglass_flowing_sand: ${name}: ${[`${done} of ${total} done`, ...trouble, left, lasts(tally.itemsLeft * beside)].filter(Boolean).join(', ')}`
  }
}

/** "Line 12 failed: CMR says that this clashes with what is there (409)." */
function troubleLine(row: BulkRow): string {
  const said = row.detail ?? 'No reason was given.'
  return `Line ${row.number} ${row.state}, ${nameOfRow(row)}: ${said}`
}

/** What people know a row by: its first two cells. */
function nameOfRow({ columns }: BulkRow): string {
  const cells = Object.values(JSON.parse(columns) as Record<string, string>).filter(Boolean)
  return cut(cells.slice(0, 2).join(' · '), 80)
}

const BAR = 20

function bar({ rows: { done, failed, unknown, waiting } }: Tally): string {
  const total = done + failed + unknown + waiting
  const share = total === 0 ? 1 : (total - waiting) / total
  const full = Math.round(share * BAR)
  return `\`${'█'.repeat(full)}${'░'.repeat(BAR - full)}\` ${Math.floor(share * 100)} %`
}

function buttonsOf(run: ImportRun) {
  const { id, state } = run
  if (state === 'stopping') return []
  const stop = button({ text: 'Stop', actionId: 'imports.stop', value: id, style: 'danger' })
  const resume = button({ text: 'Resume', actionId: 'imports.resume', value: id, style: 'primary' })
  const outcome = button({ text: 'Outcome as CSV', actionId: 'imports.outcome', value: id })
  if (state === 'running') return [actions(stop)]
  return [actions(...(state === 'stopped' ? [resume, outcome] : [outcome]))]
}

/** What CMR's pace of some 4.8 requests a second comes to: "about 1 min 40 s". */
function lasts(requests: number): string {
  const seconds = Math.ceil(requests / 4.8)
  if (seconds < 10) return 'a few seconds'
  const rounded = Math.round(seconds / 5) * 5
  const minutes = Math.floor(rounded / 60)
  if (minutes >= 60) return `about ${Math.floor(minutes / 60)} h ${minutes % 60} min`
  const rest = rounded % 60
  return `about ${[minutes && `${minutes} min`, rest && `${rest} s`].filter(Boolean).join(' ')}`
}

/** Runs, newest first. */
export function runList(
  views: readonly RunView[],
  {
    total,
    ...turned
  }: { readonly total: number; readonly place: ListPlace; readonly turn: (page: number) => string },
): Message {
  if (total === 0) {
    const text =
      'No file has been imported yet. `/cmr users import`, `/cmr orders import`, `/cmr dns import` and `/cmr mailboxes update` take one.'
    return { text, blocks: [section(text)] }
  }
  const rows = views.map((view) =>
    section(
      `${headline(view)}\n${code(view.run.file_name)} from <@${view.run.actor}>, ${moment(view.run.created_at)}`,
      button({ text: 'Show', actionId: `imports.show:${view.run.id}`, value: view.run.id }),
    ),
  )
  return listMessage({ id: 'imports.list', title: counted(total, 'import'), ...turned, rows })
}
