import { z } from 'zod'
import { limitsOf } from '../access/limits.ts'
import { readPolicy } from '../access/policy.ts'
import type { CmrApi } from '../cmr/client.ts'
import { type Command, command, InputError, idOf, type Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { pageField, pageOfAll, turning } from '../commands/paging.ts'
import type { Import } from './import.ts'
import { importCommand, nameOf, orFromFile } from './import-command.ts'
import { dnsImport } from './kinds/dns.ts'
import { mailboxImport } from './kinds/mailboxes.ts'
import { orderImport } from './kinds/orders.ts'
import { userImport } from './kinds/users.ts'
import { runList, runMessage, runName } from './messages.ts'
import { outcomeFile, templateFile } from './outcome.ts'
import { customersOfRun, runsSeen, searchRuns, viewOf } from './runs.ts'
import { rowsOf } from './store/items.ts'
import { endIfOver, type ImportRun, latestRuns, moveRun, runById } from './store/runs.ts'

/** Files that become many requests. */
export const imports: readonly Import[] = [userImport, orderImport, dnsImport, mailboxImport]

/** Runs that a list shows. */
const SHOWN = 15
/** Runs that are looked at to be counted. */
const MOST = 2000

const run = z.string().min(1).meta({ label: 'Import', example: '1a2b3c4d', search: searchRuns })
const which = {
  input: z.object({ run }),
  positional: ['run'] as const,
  noun: 'imports',
  effect: 'read' as const,
  customers: customersOfRun,
}

/** @throws InputError where there is none */
async function runCalled({ store }: CommandContext, id: string): Promise<ImportRun> {
  const found = await runById(store.db, id.trim().toLowerCase())
  if (!found || found.state === 'previewed')
    throw new InputError('run', `There is no import ${id}. /cmr imports lists them.`)
  return found
}

async function shown({ store }: CommandContext, id: string): Promise<Outcome> {
  const found = await runById(store.db, id)
  if (!found) throw new InputError('run', `There is no import ${id}.`)
  return { message: runMessage(await viewOf(store.db, found)) }
}

const list = command({
  noun: 'imports',
  verb: 'list',
  summary: 'List imports',
  about: 'Lists the CSV files that were imported, and how far they are.',
  effect: 'read',
  own: true,
  customers: 'narrowed',
  input: z.object({ page: pageField }),
  positional: [],
  async run(context, { page = 1 }) {
    const { store } = context
    const all = await runsSeen(context, await latestRuns(store.db, MOST))
    const { rows, place } = pageOfAll(all, page, SHOWN)
    const views = await Promise.all(rows.map((one) => viewOf(store.db, one)))
    return { message: runList(views, { total: all.length, place, turn: turning({}) }) }
  },
  async rows(context, _, most) {
    const runs = await runsSeen(context, await latestRuns(context.store.db, most))
    return runs.map(({ id, import_id, actor, channel, file_name, state, reason, created_at, ended_at }) => ({
      id,
      import: runName({ import_id }),
      actor,
      channel,
      file: file_name,
      state,
      reason,
      begun: created_at,
      ended: ended_at,
    }))
  },
})

const show = command({
  ...which,
  verb: 'show',
  summary: 'Show an import',
  about: 'Shows how far an import is, and what failed.',
  own: true,
  run: async (context, input) => shown(context, (await runCalled(context, input.run)).id),
})

/** Effect `read`: one click stops it, and nothing of CMR's is touched. Who may import may stop. */
const stop = command({
  ...which,
  verb: 'stop',
  summary: 'Stop an import',
  about: 'Stops an import. Rows that are already on their way to CMR are finished.',
  needs: 'operator',
  async run(context, input) {
    const { store, clock, caller } = context
    const { id } = await runCalled(context, input.run)
    const reason = `Stopped by <@${caller.userId}>.`
    await moveRun(store.db, id, ['running'], { state: 'stopping', reason })
    await endIfOver(store.db, id, clock())
    return shown(context, id)
  },
})

const resume = command({
  ...which,
  verb: 'resume',
  summary: 'Resume an import',
  about: 'Goes on with the rows that were not sent. Nothing is sent twice.',
  needs: 'operator',
  async run(context, input) {
    const { store } = context
    const found = await runCalled(context, input.run)
    const refusal = await whyNotResume(context, found)
    if (refusal) return { message: notice(`:no_entry: ${refusal}`) }
    await moveRun(store.db, found.id, ['stopped', 'stopping'], {
      state: 'running',
      reason: null,
      setbacks: 0,
      not_before: null,
    })
    return shown(context, found.id)
  },
})

/**
 * Says why somebody may not resume a run, in mrkdwn. It spends as whoever started it: nobody gets it past a limit of their
 * own that way.
 */
async function whyNotResume(
  { store, access, caller }: CommandContext,
  { import_id: importId, actor }: ImportRun,
): Promise<string | undefined> {
  const effect = imports.find(({ id }) => id === importId)?.effect ?? 'charge'
  const wanted = { effect, ...(effect === 'charge' && { needs: 'finance' as const }) }
  const verdict = await access.decide(caller.userId, wanted, 'imports resume')
  if (!verdict.allowed) return verdict.refusal
  if (effect !== 'charge' || actor === caller.userId) return undefined
  const { policy } = await readPolicy(store.db)
  const own = Object.values(limitsOf(policy, { user: caller.userId, role: verdict.role }))
  return own.some((limit) => limit !== undefined)
    ? `What you spend is limited, and it spends as <@${actor}>: only they, or somebody without a limit, can resume it.`
    : undefined
}

const outcome = command({
  ...which,
  verb: 'outcome',
  summary: 'Get an import’s outcome',
  about: 'Sends you a CSV file with the outcome of every row.',
  rare: true,
  submit: 'Send it to me',
  async run(context, input) {
    const found = await runCalled(context, input.run)
    const rows = await rowsOf(context.store.db, found.id)
    const file = outcomeFile(found, rows)
    await context.files.share(file, { person: context.caller.userId })
    return {
      message: notice(
        `:page_facing_up: The outcome of ${rows.length} rows is in a message to you: ${file.name}`,
      ),
    }
  },
})

const template = command({
  noun: 'imports',
  verb: 'template',
  summary: 'Get a CSV template',
  about: 'Sends you a CSV file with the right columns and one row as an example.',
  rare: true,
  effect: 'read',
  own: true,
  customers: 'nobodys',
  input: z.object({ of: z.enum(imports.map(nameOf)).meta({ label: 'For' }) }),
  positional: ['of'],
  async run({ files, caller }, input) {
    const of = imports.find((one) => nameOf(one) === input.of)
    if (!of) throw new InputError('of', 'There is no such import.')
    await files.share(templateFile(of), { person: caller.userId })
    return {
      message: notice(
        `:page_facing_up: *${of.summary}*: a file with the columns and one row as an example is in a message to you. Replace that row with yours.`,
      ),
    }
  },
})

/**
 * Returns commands with those that take files, and `/cmr imports …`.
 * @param bulkCmr CMR at the pace of a run, for the names in a file
 */
export function withImports(commands: readonly Command[], bulkCmr: CmrApi): Command[] {
  const single = commands.map((one) =>
    idOf(one) === 'mailboxes.update' ? orFromFile(one, mailboxImport, bulkCmr) : one,
  )
  return [
    ...single,
    ...imports.map((one) => importCommand(one, bulkCmr)),
    list,
    show,
    stop,
    resume,
    outcome,
    template,
  ]
}
