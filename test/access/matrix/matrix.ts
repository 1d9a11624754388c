import { expect, vi } from 'vitest'
import { declaredCommands } from '../../../src/command-list.ts'
import { type Command, idOf } from '../../../src/commands/command.ts'
import { fieldsOf } from '../../../src/commands/field.ts'
import { type Scene, sceneOf } from '../../app/effects/effect.ts'
import { inStore } from '../../support/alerts.ts'
import { confirm } from '../../support/clicks.ts'
import type { Cleanup } from '../../support/servers.ts'
import { shareWorld, undo, type World } from '../../support/world.ts'
import { type Attempt, createDoors } from './doors.ts'
import {
  consequenceCases,
  isAboutAll,
  isAtBorder,
  mayRun,
  mayRunWithOthers,
  type Role,
  reaches,
  roles,
} from './policy.ts'
import { type Customer, valuesFor } from './values.ts'

export const commands: readonly Command[] = [...declaredCommands().nouns.values()].flat()

export function commandOf(id: string): Command {
  const found = commands.find((one) => idOf(one) === id)
  if (!found) throw new Error(`There is no command ${id}`)
  return found
}

/** How many attempts are under way at once. */
const AT_ONCE = 4

const WHOLE = `select kind from directory_passes where passes > 0 and kind in ('user', 'domain', 'subscription', 'mailbox')`

/** The sentences of a refusal, which nothing else that a command answers begins with. */
const refusal = /:no_entry: (\*[^*]+\* (needs|is stopped)|\*[^*]+\*: your role |CMR is only for full members)/

/** Somebody who tries everything. */
export interface Column {
  readonly name: string
  /** Of members. */
  readonly role?: Role
  /** Makes somebody into that. @returns their id */
  enter(matrix: Matrix): Promise<string>
  /** What the policy says; undefined where either answer is right. */
  mayRun(command: Command): boolean | undefined
  /** Whether a sample tries this command as this person. @param at the command's place */
  isSampled(command: Command, at: number): boolean
}

/** CMR's endpoints that what is refused has reached; pickers of countries ask for them whoever they are for. */
export async function reachedBy({ world }: Matrix, work: () => Promise<unknown>): Promise<string[]> {
  const seen = async (): Promise<{ endpoint: string }[]> => world.look('requests')
  const before = (await seen()).length
  await work()
  return [...new Set((await seen()).slice(before).map(({ endpoint }) => endpoint))]
}

/** The roles that hold for all customers. */
export const generalColumns: readonly Column[] = roles.map((role) => ({
  name: role,
  role,
  enter: (matrix) => matrix.giveOmar(role),
  mayRun: (command) => mayRun(role, command),
  isSampled: (command) => isAtBorder(role, command),
}))

/** People who are no full members: a default role, or one that they were given, changes nothing. */
export const outsiderColumns: readonly Column[] = ['gwen', 'sid', 'stan', 'stella', 'dora', 'robo'].map(
  (handle, column, { length }) => ({
    name: handle,
    enter: async ({ world }) => String(world.outsiders[handle]),
    mayRun: () => false,
    isSampled: (_, at) => at % length === column,
  }),
)

/** One try: a command by one door. */
export interface Cell {
  readonly command: Command
  readonly door: string
  readonly by: (attempt: Attempt) => Promise<string>
  /** What its answer is; undefined where either is right. */
  readonly expected: boolean | undefined
  /** In place of what the matrix says. */
  readonly values?: Readonly<Record<string, string>>
}

/** Every way to reach a command, with what the policy says of it. */
export function cellsOf({ doors }: Matrix, command: Command, may: boolean | undefined): Cell[] {
  const asked = Object.entries(doors.all).map(([door, by]) => ({ command, door, by, expected: may }))
  const pickers = fieldsOf(command.input).filter(({ picker, search }) => picker !== undefined || search)
  const offered = pickers.map(({ name, picker }): Cell => {
    // What the bot has none of yet is offered to nobody.
    const isFilled = picker !== undefined && picker !== 'state' && picker !== 'order'
    const by = (attempt: Attempt) => doors.options(attempt, name)
    return { command, door: `picker ${name}`, by, expected: may && !isFilled ? undefined : may }
  })
  const forged = { command, door: 'forged confirmation', by: doors.forgedConfirmation, expected: false }
  return [...asked, ...offered, ...(may === false ? [forged] : [])]
}

/** Every way to reach what follows from values, with what the policy says of it. */
export function consequenceCells({ doors, cases }: Matrix, role: Role): Cell[] {
  return cases.flatMap(({ id, values, needs }) => {
    const command = commandOf(id)
    const expected = reaches(role, needs)
    return Object.entries(doors.all).map(([door, by]) => ({ command, door, by, expected, values }))
  })
}

/** The commands of buttons in an answer that whoever reads it may not run: those are not offered. */
export function unfit(answer: string, role: Role | undefined, isForSome = false): string[] {
  if (!role) return []
  const mayBeOffered = (command: Command, suffix: string | undefined) => {
    // The way back to a form leads to other values, with which they may run it.
    const may = suffix === 'correct' ? mayRunWithOthers(role, command) : mayRun(role, command)
    return may && (!isForSome || !isAboutAll.includes(idOf(command)))
  }
  const offered = answer.matchAll(/"(?:action_id|value)":"([a-z]+\.[a-z-]+)(?::([a-zA-Z]+))?(?=[": ])/g)
  return [...offered].flatMap(([, id = '', suffix]) => {
    const command = commands.find((one) => idOf(one) === id)
    return command && suffix !== 'request' && !mayBeOffered(command, suffix) ? [id] : []
  })
}

/** Tries cells as one person, on one customer. @returns those that differ from the policy, with what was answered */
export async function differing(
  { attempt }: Matrix,
  cells: readonly Cell[],
  {
    person,
    of,
    role,
    isForSome,
    leaks = () => [],
  }: {
    readonly person: string
    readonly of: Customer
    readonly role?: Role | undefined
    /** Whether the role holds for some customers only. */
    readonly isForSome?: boolean
    /** Finds names in an answer that whoever asks must not read. */
    readonly leaks?: (answer: string, values: Attempt['values']) => readonly string[]
  },
) {
  const found = await each(cells, async ({ command, door, by, expected, values }) => {
    const usual = attempt(person, command, of)
    const given = { ...usual.values, ...values }
    const answer = await by({ ...usual, values: given })
    const shown = { offers: unfit(answer, role, isForSome), leaks: leaks(answer, given) }
    const allowed = answer !== '' && !refusal.test(answer)
    const isRight =
      (expected === undefined || allowed === expected) && Object.values(shown).flat().length === 0
    const cell = `${idOf(command)} ${values ? JSON.stringify(values) : ''} by ${door}`
    return isRight ? [] : [{ cell, expected, ...shown, answer: answer.slice(0, 400) }]
  })
  return found.flat()
}

/** A world in which nobody but Ana has a role, and in which every command is tried by every door. */
export async function startMatrix() {
  const made: Cleanup[] = []
  const world = await shareWorld({ role: 'none', env: { CMR_SYNC_INTERVAL: '3600' } })
  const doors = await createDoors(world, made)
  await vi.waitFor(() => expect(inStore(world, WHOLE)).toHaveLength(4), { timeout: 30_000 })
  const [own, foreign] = await customersOf(world)
  const others = { person: world.vera.id, channel: world.ops.id }
  // CMR lists no orders: whose one is the bot knows once somebody has looked at it.
  for (const { user, order } of [own, foreign]) {
    await world.say(`/cmr orders get ${order} --userId ${user}`)
    await vi.waitFor(() =>
      expect(inStore(world, `select id from directory_entries where id = '${order}'`)).toHaveLength(1),
    )
  }

  return {
    world,
    doors,
    own,
    foreign,
    cases: await casesIn(world, own),
    attempt: (person: string, command: Command, of: Customer): Attempt => ({
      person,
      command,
      values: valuesFor(command, of, others),
    }),
    /**
     * Gives Omar a role in place of those that he has.
     * @param only for whom it holds; with what he is for all others
     * @returns his id
     */
    async giveOmar(role: Role, only?: Customer) {
      const who = world.omar.id
      const say = (id: string, values: Record<string, string>) =>
        doors.all['slash command']?.({ person: world.ana.id, command: commandOf(id), values })
      if (!only) await say('access.revoke', { who })
      const answer = await say('access.grant', { who, role, ...(only && { customers: only.user }) })
      expect(answer).toContain(`role *${role}* now`)
      return who
    },
    async close() {
      await undo(made)
      await world.close()
    },
  }
}

export type Matrix = Awaited<ReturnType<typeof startMatrix>>

/** Two customers with one thing of each kind. */
async function customersOf(world: World): Promise<readonly [Customer, Customer]> {
  const first = await sceneOf(world, 'orders.create', 0)
  for (let at = 1; ; at++) {
    const second = await sceneOf(world, 'orders.create', at)
    if (second.user.userId !== first.user.userId) return [await customerIn(first), await customerIn(second)]
  }
}

async function customerIn({ world, user, domain, subscriptionId, boxes, api }: Scene): Promise<Customer> {
  const order = {
    domains: [{ domain: `waiting-${domain}`, years: 1 }],
    mailboxes: { [`waiting-${domain}`]: [{ username: 'jane', firstName: 'Jane', lastName: 'Doe' }] },
    billingCycle: 'MONTHLY',
    confirm: false,
    serviceProvider: 'GOOGLE',
    google: { googleOauthRoute: 'R' },
  }
  const { orderId } = await api('POST', '/orders/json', { userId: user.userId }, order)
  const event = `trouble-${domain}`
  const data = { userId: user.userId, domainName: domain }
  expect(await world.webhook({ event: 'domain.renewal.failed', eventId: event, data })).toBe(200)
  await world.say(`/cmr subscriptions auto-renew ${subscriptionId} on`)
  await confirm(world)
  await world.interactions.close(world.ana.id)
  return {
    user: user.userId,
    event,
    domain,
    subscription: subscriptionId,
    mailbox: String(boxes[0]?.mailboxId),
    order: String(orderId),
  }
}

/** What there is to silence, and records of both kinds. */
async function casesIn({ say, sees, look, ops }: World, { domain, user }: Customer) {
  await say('/cmr alerts add "domain.*"')
  await sees(/\*r1\*/)
  await say(`/cmr digest set 8:00 --channel ${ops.id}`)
  await sees(/has set up a digest here/)
  const all: { domainName: string; records: { recordId: string; recordType: string }[] }[] =
    await look('domains')
  const records = all.find(({ domainName }) => domainName === domain)?.records ?? []
  const idOfType = (is: (type: string) => boolean) =>
    String(records.find(({ recordType }) => is(recordType))?.recordId)
  return consequenceCases(
    { mail: idOfType((type) => type === 'MX'), other: idOfType((type) => type === 'TXT') },
    user,
  )
}

/** Tries many things, some at once. @returns the answers, in their order */
async function each<Thing, Answer>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let next = 0
  const worker = async () => {
    for (let at = next++; at < things.length; at = next++) answers[at] = await work(things[at] as Thing)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}
