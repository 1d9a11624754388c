import { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import type { ShownMessage } from '../../src/playground/types.ts'
import { buttonsIn, confirm } from './clicks.ts'
import { eventually } from './eventually.ts'
import { isRenewable } from './renewable.ts'
import { startWorld, type World } from './world.ts'
import type { WorldOptions } from './world-options.ts'

type Block = Record<string, unknown>

/** What only one person was shown. */
export const seenBy = (world: World, person: string): string =>
  JSON.stringify(world.everything().messages.filter((one) => one.ephemeralFor === person))

/** The requests in the approvals channel, #billing. */
export const cards = (world: World): readonly ShownMessage[] =>
  world.messages(world.billing.id).filter((one) => JSON.stringify(one).includes('asks for approval of'))

/** Presses a button of a request, the newest where none is named. */
export async function decide(world: World, label: string, person: string, card = cards(world).at(-1)) {
  const button = buttonsIn((card?.blocks ?? []) as Block[]).find((one) => one.text.text === label)
  if (!card || !button) throw new Error(`no button ${label}`)
  const place = { person, message: { channel: card.channel, ts: card.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...button })
}

/** Presses “Ask for approval” in the refusal of a command. */
export async function askFor(world: World, person: string, command: string): Promise<void> {
  const refusal = await eventually(() => {
    const isIt = (text: string) => text.includes('Ask for approval') && text.includes(`*${command}* needs`)
    const found = world
      .everything()
      .messages.find((one) => one.ephemeralFor === person && isIt(JSON.stringify(one)))
    if (!found) throw new Error('no button')
    return found
  })
  const [ask] = buttonsIn(refusal.blocks as Block[])
  const place = { person, message: { channel: world.ops.id, ts: refusal.ts }, values: {} }
  await world.interactions.act(place, { type: 'button', ...(ask as object) } as never)
}

/** Writes into the database, as whoever has it could. */
export function changeStore(world: World, sql: string): void {
  const db = new DatabaseSync(String(world.env.DATABASE_URL).replace('file:', ''), { timeout: 5000 })
  db.prepare(sql).run()
  db.close()
}

/** Approvals go to #billing; Omar may spend a dollar at once, and has asked for more. */
export async function asked(settings = '', options: WorldOptions = {}) {
  const world = await startWorld(options)
  const omar = world.omar.id
  const all: { domainName: string }[] = (await world.look('domains')).filter(isRenewable)
  const domain = String(all[0]?.domainName)
  await world.say(`/cmr approvals set ${world.billing.id} ${settings}`)
  await world.sees(/Approvals are requested in/)
  await world.say('/cmr access limit --role operator --operation 1')
  await world.sees(/may spend \$1\.00 at once/)
  await world.say(`/cmr domains renew ${domain}`, omar)
  await confirm(world, omar)
  await eventually(() => expect(JSON.stringify(world.modalOf(omar))).toMatch(/Approval was requested in <#/))
  await eventually(() => expect(cards(world)).toHaveLength(1))
  return { world, omar, domain }
}
