import { z } from 'zod'
import { type Command, command, InputError } from '../commands/command.ts'
import { commandWith } from '../commands/command-with.ts'
import type { CommandContext } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import type { Registry } from '../commands/registry.ts'
import { LATEST_SEARCHED } from '../commands/search.ts'
import { counted, escapeText, type Message, section } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import { customersOfOperation, operationsSeen } from './customers.ts'
import type { OperationDeadlines } from './deadlines.ts'
import { operationList } from './messages/operation-list.ts'
import { operationStory } from './messages/operation-story.ts'
import type { OperationView } from './messages/operations.ts'
import { viewOf } from './operation-view.ts'
import type { OperationPoller } from './poller.ts'
import { searchOperations } from './search.ts'
import { keepChecking, settle } from './settle.ts'
import { expectedResultsOfOperations } from './store/expected-results.ts'
import {
  latestOperations,
  type Operation,
  openOperations,
  operationsCalled,
  stepsOf,
} from './store/operations.ts'

interface OperationServices {
  readonly operationPoller: Pick<OperationPoller, 'check'>
  readonly deadlines: OperationDeadlines
  readonly commandById: Registry['byId']
}

const operationCommand = commandWith<OperationServices>()

/** Rows that one message shows. */
const SHOWN = 20

const id = z.string().min(1).meta({
  label: 'Operation',
  hint: 'What it was about, the beginning of its id, an actionId or an orderId',
  search: searchOperations,
})

/** @throws InputError where it is open no longer, or nothing is called that */
async function called(store: Store, name: string): Promise<Operation> {
  const found = await operationsCalled(store.db, name)
  // Processing an order is an operation of its own, under the same orderId: the newest is meant.
  const [newest] = found
  if (!newest)
    throw new InputError('id', `No operation is called “${name}”. /cmr operations lists what is open.`)
  return newest
}

/** Finds whose the operation is that is named. @throws InputError where there is none */
async function customersNamed(context: CommandContext, { id: name }: { readonly id?: string | undefined }) {
  return name === undefined ? undefined : customersOfOperation(context, await called(context.store, name))
}

const isOpen = ({ state }: Operation) => state === 'unknown' || state === 'accepted'

/** For whoever comes to decide, and somebody, or CMR, has been faster. */
async function overMeanwhile(store: Store, operation: Operation): Promise<Message> {
  const { text, blocks } = await storyOf(store, operation)
  const over = ':hourglass: *It is over already: there is nothing left to decide.*'
  return { text: `${over} ${text}`, blocks: [section(over), ...blocks] }
}

async function storyOf({ db }: Store, operation: Operation): Promise<Message> {
  const parts = await expectedResultsOfOperations(db, [operation.id])
  return operationStory(viewOf(operation, parts), await stepsOf(db, operation.id))
}

const list = command({
  noun: 'operations',
  verb: 'list',
  summary: 'List open operations',
  effect: 'read',
  own: true,
  customers: customersNamed,
  submit: 'Show',
  input: z.object({
    id: id.optional(),
    all: z.boolean().optional().meta({ label: 'Also what is over' }),
  }),
  positional: ['id'],
  async run(context, { id: name, all = false }) {
    const { store } = context
    if (name) return { message: await storyOf(store, await called(store, name)) }
    const found = await viewsOf(context, all, SHOWN + 1)
    const views = found.slice(0, SHOWN)
    const more = found.length > SHOWN
    const title = all
      ? `The newest ${counted(views.length, 'operation')}`
      : `${more ? 'More than ' : ''}${counted(views.length, 'open operation')}`
    return { message: operationList(title, views, more) }
  },
  async rows(context, { id: name, all = false }, most) {
    const { store } = context
    if (name) return stepsOf(store.db, (await called(store, name)).id)
    return (await viewsOf(context, all, most)).map(({ progress, failures, toProcess, ...view }) => ({
      ...view,
      progress: progress.map(({ label, done, total }) => `${label} ${done}/${total}`),
      failed: failures.map((one) => one.name),
      toProcess: toProcess !== undefined,
    }))
  },
})

/** Returns the open operations, or the newest of all. */
async function viewsOf(context: CommandContext, all: boolean, most: number): Promise<OperationView[]> {
  const { store } = context
  const found = await (all ? latestOperations : openOperations)(store.db, Math.max(most, LATEST_SEARCHED))
  const rows = (await operationsSeen(context, found)).slice(0, most)
  const parts = Map.groupBy(
    await expectedResultsOfOperations(
      store.db,
      rows.map(({ id: one }) => one),
    ),
    (part) => part.operation_id,
  )
  return rows.map((one) => viewOf(one, parts.get(one.id) ?? []))
}

const check = operationCommand({
  noun: 'operations',
  verb: 'check',
  summary: 'Check an operation now',
  effect: 'read',
  own: true,
  customers: customersNamed,
  submit: 'Check',
  input: z.object({ id }),
  positional: ['id'],
  async run({ store, operationPoller }, { id: name }) {
    const operation = await called(store, name)
    return { message: await storyOf(store, (await operationPoller.check(operation.id)) ?? operation) }
  },
})

const look = operationCommand({
  noun: 'operations',
  verb: 'look',
  summary: 'Keep checking',
  effect: 'write',
  own: true,
  customers: customersNamed,
  submit: 'Keep checking',
  asks: 'nothing',
  input: z.object({ id }),
  positional: ['id'],
  async run({ store, deadlines, caller, clock }, { id: name }) {
    const operation = await called(store, name)
    if (!isOpen(operation)) return { message: await overMeanwhile(store, operation) }
    const after = await keepChecking(store, deadlines, operation, { by: caller.userId, at: clock() })
    return { message: await storyOf(store, after) }
  },
})

/** Deciding needs the permission that the operation itself needed. */
const decide = operationCommand({
  noun: 'operations',
  verb: 'settle',
  summary: 'Record the outcome',
  example: '1a2b3c4d yes',
  effect: 'write',
  own: true,
  customers: customersNamed,
  submit: 'Record the outcome',
  input: z.object({
    id,
    happened: z.enum(['yes', 'no']).meta({ label: 'Did it happen?' }),
  }),
  positional: ['id', 'happened'],
  async confirm({ store }, { id: name, happened }) {
    const operation = await called(store, name)
    if (!isOpen(operation)) {
      const { text, blocks } = await overMeanwhile(store, operation)
      return { text, blocks: blocks.slice(1), refused: true }
    }
    const what = `*${escapeText(operation.endpoint.replace('.', ' '))}* for ${escapeText(operation.label)}`
    const follows =
      happened === 'yes'
        ? 'It counts as done from now on, whole.'
        : 'It counts as not done, and may be sent again. If CMR did it after all, it would then happen twice.'
    return {
      text: `You have checked in the CMR dashboard, and ${what} *${happened === 'yes' ? 'happened' : 'did not happen'}*?\n${follows} <@${operation.actor}> is notified, and your decision is recorded in the audit.`,
    }
  },
  async run(context, { id: name, happened }) {
    const { store, caller, clock } = context
    const operation = await called(store, name)
    if (!isOpen(operation)) return { message: await overMeanwhile(store, operation) }
    const refusal = await refusalFor(context, operation)
    if (refusal) return { message: notice(`:no_entry: ${refusal}`) }
    const decision = { happened: happened === 'yes', by: caller.userId, at: clock() }
    return { message: await storyOf(store, await settle(store, operation, decision)) }
  },
})

async function refusalFor(
  context: CommandContext & OperationServices,
  operation: Operation,
): Promise<string | undefined> {
  const { access, caller, commandById } = context
  const { endpoint } = operation
  const original = commandById(endpoint)
  if (!original) return undefined
  // Nobody takes what they have spent within a limit of their own back into that limit.
  const wanted = { ...original, ...(original.effect === 'charge' && { needs: original.needs ?? 'finance' }) }
  const customers = () => customersOfOperation(context, operation)
  const verdict = await access.decide(caller.userId, wanted, endpoint.replace('.', ' '), { customers })
  return !verdict.allowed ? verdict.refusal : undefined
}

/** `/cmr operations …` */
export function operationCommands(needs: OperationServices): readonly Command[] {
  return [list, ...[check, look, decide].map((one) => one(needs))]
}
