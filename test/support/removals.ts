import type { World } from './world.ts'

export interface Box {
  readonly mailboxId: string
  readonly email: string
  readonly domain: string
  readonly subscriptionId: string
}

/** The mailboxes of a domain that has three. */
export async function threeBoxes(world: World): Promise<[Box, Box, Box]> {
  const all: Box[] = await world.look('mailboxes')
  const found = [...Map.groupBy(all, ({ domain }) => domain).values()].find(({ length }) => length === 3)
  if (!found) throw new Error('no domain has three mailboxes')
  return found as [Box, Box, Box]
}

/** The mailboxes that requests name. */
export const idsSent = (bodies: readonly unknown[]) =>
  bodies.map((body) => (body as { mailboxId: unknown }).mailboxId)

/** Asks for mailboxes to be removed. @returns what the person reads before confirming */
export async function asked(world: World, boxes: readonly Box[]): Promise<string> {
  await world.say(`/cmr mailboxes remove ${boxes.map(({ email }) => email).join(' ')}`)
  const view = await world.opened(world.ana.id, (one) => JSON.stringify(one).includes('for good?'))
  return JSON.stringify(view.blocks)
}
