import { z } from 'zod'
import { permit } from '../access/permit.ts'
import type { CmrApi } from '../cmr/client.ts'
import { type Command, command, InputError, type Outcome } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { encodings } from '../commands/encoding.ts'
import { notice } from '../commands/failure.ts'
import { fieldsOf, isForSomeCustomers } from '../commands/field.ts'
import { gateOf, NotAdmittedError } from '../operations/gate.ts'
import { sumOf } from '../resources/prices.ts'
import type { Import } from './import.ts'
import { runName } from './messages.ts'
import { preview } from './preview.ts'
import { inputsOfRun, shownCentsIn } from './store/items.ts'
import { previewOf } from './store/preview.ts'
import { type ImportRun, moveRun } from './store/runs.ts'

/** What people call an import: the noun of its command. */
export const nameOf = ({ id }: Pick<Import, 'id'>) => id.split('.')[0] ?? ''

/** The command that takes the file of an import: a preview of it, then a run. */
export function importCommand(of: Import, bulkCmr: CmrApi): Command {
  const [noun = '', verb = ''] = of.id.split('.')
  const taking: Command = command({
    noun,
    verb,
    summary: of.summary,
    about: 'Takes a CSV file, shows what will be sent, and sends it after you confirm.',
    // Taking a file sends nothing by itself, but who may not do what its rows do may not take it either.
    effect: 'read',
    needs: neededFor(of),
    // Each row is checked when the file is read, and again before it is sent.
    customers: isForSomeCustomers(of.sends) ? 'nobodys' : 'everybodys',
    submit: 'Import',
    input: z.object({ file: fileField(of), encoding }),
    positional: [],
    confirm: async (context, input) =>
      preview(of, context, bulkCmr, { fileId: only(input.file), encoding: input.encoding }),
    run: async (context, input) => start(of, taking, { ...context, cmr: bulkCmr }, only(input.file)),
  })
  return taking
}

/** The same command with a file for many things beside the fields for one. */
export function orFromFile(single: Command, of: Import, bulkCmr: CmrApi): Command {
  const required = fieldsOf(single.input).filter((field) => field.required)
  const input = z
    .object({
      ...single.input.partial().shape,
      file: fileField(of, 'Or a CSV file for many').optional(),
      encoding,
    })
    .superRefine((values, { addIssue }) => {
      for (const { name } of values.file ? [] : required) {
        if ((values as Record<string, unknown>)[name] === undefined)
          addIssue({ code: 'custom', path: [name], message: 'Fill this in, or give a file.' })
      }
    })
  return { ...single, input, continues: { field: 'file', command: importCommand(of, bulkCmr) } }
}

/** How the letters of a file are meant, as a button of its preview says. */
const encoding = z.enum(encodings).optional().meta({ label: 'Encoding', hidden: true })

function fileField(of: Import, label = 'CSV file') {
  const names = fieldsOf(of.columns).map((field) => (field.required ? `${field.label}*` : field.label))
  return z.array(z.string()).meta({
    label,
    hint: `Its first line names the columns: ${names.join(', ')}. You see what will be sent before anything is sent.`,
    file: {
      types: ['csv', 'tsv', 'txt'],
      most: 1,
      template: { actionId: 'imports.template', value: nameOf(of) },
    },
  })
}

function neededFor({ effect }: Import) {
  return effect === 'write' ? ('operator' as const) : ('finance' as const)
}

function only(files: readonly string[]): string {
  const [first] = files
  if (!first) throw new InputError('file', 'Upload a CSV file in the form.')
  return first
}

/** Sets a run going that was previewed: once, however often it is submitted. */
async function start(of: Import, taking: Command, context: CommandContext, fileId: string): Promise<Outcome> {
  const { store, caller } = context
  const run = await previewOf(store.db, { importId: of.id, actor: caller.userId, fileId })
  if (!run)
    throw new InputError(
      'file',
      `Upload the file in the form that /cmr ${runName({ import_id: of.id })} opens.`,
    )
  if (run.state === 'previewed') await admitRun(of, taking, context, run)
  await moveRun(store.db, run.id, ['previewed'], { state: 'running' })
  const where = run.channel ? `<#${run.channel}>` : 'a message to you'
  const text = `:hourglass_flowing_sand: *${runName(run)}* has started. Its progress is shown in ${where}.`
  return { message: notice(text) }
}

/**
 * Checks all rows together as the one operation that was confirmed, at the price of now where a limit or an old preview
 * makes that worth asking; each is checked again before it is sent.
 * @throws NotAdmittedError where what charges is frozen, costs more by now, or is beyond a limit
 */
async function admitRun({ effect, sends }: Import, taking: Command, context: CommandContext, run: ImportRun) {
  const verdict = await permit(context, taking)
  if (!verdict.allowed) throw new NotAdmittedError(verdict.refusal)
  const inputs = await inputsOfRun(context.store.db, run.id)
  const confirm = async () => {
    const quotes = await Array.fromAsync(inputs, (input) => sends.confirm?.(context, input))
    return { text: '', cents: sumOf(quotes.map((quote) => quote?.cents)) }
  }
  const about = {
    role: verdict.role,
    shownAt: new Date(run.created_at),
    shownCents: sumOf(inputs.map(shownCentsIn)),
  }
  await gateOf(context, { ...taking, effect, confirm }, {}, about).catch((error: unknown) => {
    if (!(error instanceof NotAdmittedError && error.quote)) throw error
    throw new NotAdmittedError(`${error.message} ${insteadOfImport}`)
  })
}

// What is approved is one request with its price: a file of many cannot be sealed as one.
const insteadOfImport =
  'An import cannot be approved. Import a smaller file, order its domains with `/cmr orders create`, which asks for an approval where it can, or ask somebody with a higher limit to import the file.'
