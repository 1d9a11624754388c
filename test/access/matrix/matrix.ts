import { expect, vi } from 'vitest'
import { declaredCommands } from '../../../src/command-list.ts'
import { type Command, idOf } from '../../../src/commands/command.ts'
import { fieldsOf } from '../../../src/commands/field.ts'
import { type Scene, sceneOf } from '../../app/effects/effect.ts'
import { inStore } from '../../support/alerts.ts'
import { eventually } from '../../support/eventually.ts'
import type { Cleanup } from '../../support/servers.ts'
import { shareWorld, undo } from '../../support/world.ts'
import { type Attempt, createDoors } from './doors.ts'
import { mayRun, type Role, roles } from './policy.ts'
import { type Customer, valuesFor } from './values.ts'

export const commands: readonly Command[] = [...declaredCommands().nouns.values()].flat()

/** How many attempts are under way at once. */
const AT_ONCE = 16

const WHOLE = `select kind from directory_passes where passes > 0 and kind in ('user', 'domain', 'subscription', 'mailbox')`

/** The sentences of a refusal, which nothing else that a command answers begins with. */
const refusal = /:no_entry: (\*[^*]+\* (needs|is stopped)|\*[^*]+\*: your role |CMR is only for full members)/

/** Somebody who tries everything. */
export interface Column {
  readonly name: string
  /** Makes somebody into that. @returns their id */
  enter(matrix: Matrix): Promise<string>
  /** What the policy says; undefined where either answer is right. */
  mayRun(command: Command): boolean | undefined
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
  enter: (matrix) => matrix.giveOmar(role),
  mayRun: (command) => mayRun(role, command),
}))

/** People who are no full members: a default role, or one that they were given, changes nothing. */
export const outsiderColumns: readonly Column[] = ['gwen', 'sid', 'stan', 'stella', 'dora', 'robo'].map(
  (handle) => ({
    name: handle,
    enter: async ({ world }) => String(world.outsiders[handle]),
    mayRun: () => false,
  }),
)

/** One try: a command by one door. */
export interface Cell {
  readonly command: Command
  readonly door: string
  readonly by: (attempt: Attempt) => Promise<string>
  /** What its answer is; undefined where either is right. */
  readonly expected: boolean | undefined
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

/** Tries cells as one person, on one customer. @returns those that differ from the policy, with what was answered */
export async function differing({ attempt }: Matrix, cells: readonly Cell[], person: string, of: Customer) {
  const found = await each(cells, async ({ command, door, by, expected }) => {
    const answer = await by(attempt(person, command, of))
    const allowed = answer !== '' && !refusal.test(answer)
    const isRight = expected === undefined || allowed === expected
    return isRight ? [] : [{ cell: `${idOf(command)} by ${door}`, expected, answer: answer.slice(0, 400) }]
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

  return {
    world,
    doors,
    own,
    foreign,
    attempt: (person: string, command: Command, of: Customer): Attempt => ({
      person,
      command,
      values: valuesFor(command, of, others),
    }),
    /** Gives Omar a role. @param only for whom it holds @returns his id */
    async giveOmar(role: Role, only?: Customer) {
      const omar = world.omar.id
      const some = only ? ` --customers ${only.user}` : ''
      const before = world.messages(world.ops.id).length
      await world.say(`/cmr access grant ${omar} ${role}${some}`)
      await eventually(() =>
        expect(JSON.stringify(world.messages(world.ops.id).slice(before))).toContain(`role *${role}* now`),
      )
      return omar
    },
    async close() {
      await undo(made)
      await world.close()
    },
  }
}

export type Matrix = Awaited<ReturnType<typeof startMatrix>>

/** Two customers with one thing of each kind. */
async function customersOf(world: Matrix['world']): Promise<readonly [Customer, Customer]> {
  const first = await sceneOf(world, 'orders.create', 0)
  for (let at = 1; ; at++) {
    const second = await sceneOf(world, 'orders.create', at)
    if (second.user.userId !== first.user.userId) return [await customerIn(first), await customerIn(second)]
  }
}

async function customerIn({ user, domain, subscriptionId, boxes, api }: Scene): Promise<Customer> {
  const order = {
    domains: [{ domain: `waiting-${domain}`, years: 1 }],
    mailboxes: { [`waiting-${domain}`]: [{ username: 'jane', firstName: 'Jane', lastName: 'Doe' }] },
    billingCycle: 'MONTHLY',
    confirm: false,
    serviceProvider: 'GOOGLE',
    google: { googleOauthRoute: 'R' },
  }
  const { orderId } = await api('POST', '/orders/json', { userId: user.userId }, order)
  return {
    user: user.userId,
    domain,
    subscription: subscriptionId,
    mailbox: String(boxes[0]?.mailboxId),
    order: String(orderId),
  }
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
