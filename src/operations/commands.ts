import { z } from 'zod'
import { type Command, command, commandWith, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { notice } from '../commands/failure.ts'
import { pageField, placeOf, turning } from '../commands/paging.ts'
import { customersOfCaller, isAdmin } from '../commands/permissions.ts'
import type { Registry } from '../commands/registry.ts'
import { counted, escapeText, type Message, section } from '../slack/blocks.ts'
import type { Store } from '../store/store.ts'
import { customersOfOperation, operationsSeen } from './customers.ts'
import type { OperationDeadlines } from './deadlines.ts'
import { operationList } from './messages/operation-list.ts'
import { operationStory } from './messages/operation-story.ts'
import type { OperationPoller } from './poller.ts'
import { keepChecking, settle } from './settle.ts'
import { countOperations, operationPage } from './store/open-work.ts'
import { type Operation, operationsCalled, stepsOf } from './store/operations.ts'
import { parkedOperations, searchOperations, viewOfOne, viewsOf } from './views.ts'
import { whyNotSettle } from './who-settles.ts'

interface OperationServices {
  readonly operationPoller: Pick<OperationPoller, 'check'>
  readonly deadlines: OperationDeadlines
  readonly commandById: Registry['byId']
}

const operationCommand = commandWith<OperationServices>()

/** Rows that one message shows. */
const SHOWN = 15
/** Operations among which those of some customers are sought. */
const MOST_SEEN = 2000

const id = z.string().min(1).meta({
  label: 'Operation',
  hint: 'What it was about, the beginning of its id, or CMR’s id of the action or order',
  example: '1a2b3c4d',
  search: searchOperations,
})

/** @throws InputError where it is open no longer, or nothing is called that */
async function called(store: Store, name: string): Promise<Operation> {
  const found = await operationsCalled(store.db, name)
  // Processing an order is an operation of its own, under the same orderId: the newest is meant.
  const [newest] = found
  if (!newest)
    throw new InputError('id', `There is no operation called “${name}”. /cmr operations lists what is open.`)
  return newest
}

/** Finds whose the operation is that is named. @throws InputError where there is none */
async function customersNamed(context: CommandContext, { id: name }: { readonly id?: string | undefined }) {
  return name === undefined ? undefined : customersOfOperation(context, await called(context.store, name))
}

const isOpen = ({ state }: Operation) => state === 'unknown' || state === 'accepted'

/** For whoever comes to decide, and somebody, or CMR, has been faster. */
async function overMeanwhile(context: CommandContext, operation: Operation): Promise<Message> {
  const { text, blocks } = await storyOf(context, operation)
  const over = ':hourglass: *It is already finished: there is nothing left to decide.*'
  return { text: `${over} ${text}`, blocks: [section(over), ...blocks] }
}

async function storyOf({ store, access, caller }: CommandContext, operation: Operation): Promise<Message> {
  const [view, steps] = [await viewOfOne(store, operation), await stepsOf(store.db, operation.id)]
  return operationStory(view, steps, { isAdmin: await isAdmin(access, caller.userId) })
}

const list = command({
  noun: 'operations',
  verb: 'list',
  summary: 'List open operations',
  about: 'Lists what was sent to CMR and is not finished, and orders that wait to be processed.',
  effect: 'read',
  own: true,
  customers: customersNamed,
  submit: 'Show',
  input: z.object({
    id: id.optional(),
    all: z.boolean().optional().meta({ label: 'Include finished operations' }),
    page: pageField,
  }),
  positional: ['id'],
  async run(context, { id: name, page = 1, ...given }) {
    const { store } = context
    if (name) return { message: await storyOf(context, await called(store, name)) }
    const { all = false } = given
    const parked = all ? [] : await operationsSeen(context, await parkedOperations(store.db))
    const open = await openOrAll(context, all)
    const { from, ...place } = placeOf(open.total + parked.length, page, SHOWN)
    const first = from < open.total ? await open.read(from, SHOWN) : []
    // Orders that wait for a person come after what CMR works on.
    const left = parked.slice(Math.max(0, from - open.total)).slice(0, SHOWN - first.length)
    const title = all ? counted(open.total, 'operation') : openTitle(open.total, parked.length)
    const views = await viewsOf(store, [...first, ...left])
    return { message: operationList(title, views, { place, turn: turning(given) }) }
  },
  async rows(context, { id: name, all = false }, most) {
    const { store } = context
    if (name) return stepsOf(store.db, (await called(store, name)).id)
    const open = await (await openOrAll(context, all)).read(0, most)
    const parked = all ? [] : await operationsSeen(context, await parkedOperations(store.db))
    return (await viewsOf(store, [...open, ...parked])).map((view) => ({
      id: view.id,
      what: view.what,
      label: view.label,
      customer: view.customer,
      actor: view.actor,
      state: view.toProcess ? 'waits to be processed' : view.state,
      atMost: view.cents === null ? undefined : (view.cents / 100).toFixed(2),
      createdAt: view.createdAt,
      endedAt: view.endedAt,
      deadlineAt: view.deadlineAt,
      flagged: view.flagged,
      progress: view.progress.map(({ label, done, total }) => `${label} ${done}/${total}`),
      waiting: view.waiting,
      failed: view.failures.map((one) => one.name),
      outcome: view.outcome,
      actionId: view.actionId,
      orderId: view.orderId,
    }))
  },
})

/** Returns how to read the open operations, or all, that whoever asks may see. */
async function openOrAll(context: CommandContext, all: boolean) {
  const { db } = context.store
  const read = (offset: number, limit: number) => operationPage(db, { all, offset, limit })
  if (!(await customersOfCaller(context))) return { total: await countOperations(db, { all }), read }
  const theirs = await operationsSeen(context, await read(0, MOST_SEEN))
  return {
    total: theirs.length,
    read: async (offset: number, limit: number) => theirs.slice(offset, offset + limit),
  }
}

/** "3 open operations", "1 order waits to be processed", or both. */
function openTitle(open: number, parked: number): string {
  const parts = [
    (open > 0 || parked === 0) && counted(open, 'open operation'),
    parked > 0 && `${counted(parked, 'order waits', 'orders wait')} to be processed`,
  ]
  return parts.filter(Boolean).join(', ')
}

const check = operationCommand({
  noun: 'operations',
  verb: 'check',
  summary: 'Check an operation now',
  about: 'Asks CMR now whether an operation is finished.',
  effect: 'read',
  own: true,
  customers: customersNamed,
  submit: 'Check',
  input: z.object({ id }),
  positional: ['id'],
  async run(context, { id: name }) {
    const { store, operationPoller } = context
    const operation = await called(store, name)
    return { message: await storyOf(context, (await operationPoller.check(operation.id)) ?? operation) }
  },
})

const look = operationCommand({
  noun: 'operations',
  verb: 'look',
  summary: 'Keep checking',
  about: 'Gives the bot more time to find out how an operation ended.',
  rare: true,
  effect: 'write',
  own: true,
  customers: customersNamed,
  submit: 'Keep checking',
  asks: 'nothing',
  input: z.object({ id }),
  positional: ['id'],
  async run(context, { id: name }) {
    const { store, deadlines, caller, clock } = context
    const operation = await called(store, name)
    if (!isOpen(operation)) return { message: await overMeanwhile(context, operation) }
    const after = await keepChecking(store, deadlines, operation, { by: caller.userId, at: clock() })
    return { message: await storyOf(context, after) }
  },
})

/** Deciding needs the permission that the operation itself needed. */
const decide = operationCommand({
  noun: 'operations',
  verb: 'settle',
  summary: 'Record the outcome',
  about: 'Records what you found in CMR’s dashboard, where the bot cannot find out how an operation ended.',
  rare: true,
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
  async confirm(context, { id: name, happened }) {
    const operation = await called(context.store, name)
    if (!isOpen(operation)) {
      const { text, blocks } = await overMeanwhile(context, operation)
      return { text, blocks: blocks.slice(1), refused: true }
    }
    const what = `*${escapeText(operation.endpoint.replace('.', ' '))}* for ${escapeText(operation.label)}`
    const follows =
      happened === 'yes'
        ? 'All of it counts as done from now on.'
        : 'It counts as not done, and may be sent again. If CMR did it after all, it would then happen twice.'
    return {
      text: `You have checked in the CMR dashboard, and ${what} *${happened === 'yes' ? 'happened' : 'did not happen'}*?\n${follows} <@${operation.actor}> is notified, and your decision is recorded in the audit.`,
    }
  },
  async run(context, { id: name, happened }) {
    const { store, caller, clock } = context
    const operation = await called(store, name)
    if (!isOpen(operation)) return { message: await overMeanwhile(context, operation) }
    const refusal = await whyNotSettle(context, operation, happened)
    if (refusal) return { message: notice(`:no_entry: ${refusal}`) }
    const decision = { happened: happened === 'yes', by: caller.userId, at: clock() }
    return { message: await storyOf(context, await settle(store, operation, decision)) }
  },
})

/** `/cmr operations …` */
export function operationCommands(needs: OperationServices): readonly Command[] {
  return [list, ...[check, look, decide].map((one) => one(needs))]
}
