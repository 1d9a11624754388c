import { expect } from 'vitest'
import { carryOut } from '../../support/carry-out.ts'
import { apiKey, type World } from '../../support/world.ts'

export type Row = Record<string, unknown>

/** A customer of the sandbox with a domain, its subscription and its mailboxes; no two effects get the same. */
export interface Scene {
  readonly world: World
  readonly user: { readonly userId: string; readonly email: string; readonly company: string }
  readonly domain: string
  readonly subscriptionId: string
  /** At least two, all ACTIVE. */
  readonly boxes: readonly { readonly mailboxId: string; readonly email: string }[]
  /** Something of that name as the sandbox has it now. */
  find(path: string, where: Row): Promise<Row | undefined>
  walletCents(): Promise<number>
  /** Asks the sandbox as another program of the partner would, to prepare something. */
  api(method: string, path: string, query?: Record<string, string>, body?: object): Promise<Row>
  /** Says the command with these flags, goes through its forms, and waits until the effect is there. */
  done(flags: Record<string, unknown>, seen: () => Promise<void> | void): Promise<void>
  /** Says the command with these flags, and waits until the answer says this, to who asked alone. */
  reads(flags: Record<string, unknown>, ...texts: (string | RegExp)[]): Promise<void>
}

/** Carries one endpoint's command out, and throws unless its effect is seen in the sandbox, or in the answer. */
export type Effect = (scene: Scene) => Promise<void>
/** By the endpoint as CMR's documentation has it: `id METHOD /path`. */
export type Effects = Readonly<Record<string, Effect>>

/** @param at which of the sandbox's subscriptions the scene is about */
export async function sceneOf(world: World, id: string, at: number): Promise<Scene> {
  const subscriptions: Row[] = await world.look('subscriptions')
  const active = subscriptions.filter((one) => one.subscriptionStatus === 'ACTIVE')
  const { userId, domain, subscriptionId } = active[at % active.length] as Record<string, string>
  const mailboxes: Row[] = await world.look('mailboxes')
  const boxes = mailboxes.filter((one) => one.subscriptionId === subscriptionId) as Scene['boxes'][number][]

  const find = async (path: string, where: Row) =>
    ((await world.look(path)) as Row[]).find((row) =>
      Object.entries(where).every(([name, value]) => row[name] === value),
    )
  const line = (flags: Record<string, unknown>) =>
    ['/cmr', ...id.split('.'), ...Object.entries(flags).map(([name, value]) => `--${name} "${value}"`)].join(
      ' ',
    )

  return {
    world,
    user: (await find('users', { userId })) as unknown as Scene['user'],
    domain: String(domain),
    subscriptionId: String(subscriptionId),
    boxes,
    find,
    walletCents: async () => (await world.look('state')).walletCents,
    async api(method, path, query = {}, body) {
      const url = `${world.env.CMR_API_URL}${path}?${new URLSearchParams(query)}`
      const headers = { 'cmr-x-api-key': apiKey, 'cmr-x-sandbox-api-key': apiKey }
      const sent = body && { body: JSON.stringify(body) }
      const answer = await fetch(url, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        ...sent,
      })
      expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true)
      return ((await answer.json()) as { data: Row }).data
    },
    done: (flags, seen) => carryOut(world, line(flags), {}, seen),
    async reads(flags, ...texts) {
      const before = world.messages(world.ops.id).length
      await carryOut(world, line(flags), {}, () => {
        const told = world.messages(world.ops.id).slice(before)
        for (const text of texts) expect(JSON.stringify(told)).toMatch(text)
        for (const message of told) expect(message.ephemeralFor).toBe(world.ana.id)
      })
    },
  }
}
