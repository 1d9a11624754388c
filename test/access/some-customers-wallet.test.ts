import { afterAll, beforeAll, expect, test } from 'vitest'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { type Matrix, startMatrix } from './matrix/matrix.ts'
import { asking } from './matrix/omar.ts'

// The wallet pays for all customers: Omar, who has a role for one of them only, reads whether it covers a price.

let matrix: Matrix
let omar: string
beforeAll(async () => {
  matrix = await startMatrix()
  await matrix.giveOmar('none')
  omar = await matrix.giveOmar('finance', matrix.own)
})
afterAll(() => matrix.close())

/** @returns the confirmation that a command opens, as one text */
async function confirmationOf(line: string, person: string): Promise<string> {
  const { world } = matrix
  await world.interactions.close(person)
  await world.say(`/cmr ${line}`, person)
  return JSON.stringify(await world.opened(person, (view) => /It costs/.test(JSON.stringify(view))))
}

const charges = [
  ['subscriptions renew', () => `subscriptions renew ${matrix.own.subscription}`],
  ['warmup add', () => `warmup add ${matrix.own.mailbox}`],
  [
    'orders create',
    () =>
      `orders create ${matrix.own.user} fresh-acme.com --mailboxes "jane Jane Doe" --serviceProvider GOOGLE --googleOauthRoute R --autoRenew no`,
  ],
] as const

test.each(charges)(
  'the confirmation of %s tells whoever sees one customer whether the wallet covers it, and not what it holds',
  async (_, line) => {
    const { world } = matrix
    await world.control('wallet', { balanceCents: 987_654 })
    expect(await confirmationOf(line(), world.ana.id)).toContain('The wallet holds $9,876.54')
    const covered = await confirmationOf(line(), omar)
    expect(covered).toContain('The wallet covers it.')
    expect(covered).not.toMatch(/9,876|The wallet holds|after it|renews by itself in the next/)
    await world.control('wallet', { balanceCents: 1 })
    const short = await confirmationOf(line(), omar)
    expect(short).toContain('*The wallet does not cover it.*')
    expect(short).not.toMatch(/The wallet holds|is missing|\$0\.01/)
  },
)

test('a budget that is used up tells whoever sees one customer nothing of what the others have spent', async () => {
  const { world, own } = matrix
  await world.say('/cmr access budget 1')
  await world.sees(/may spend \$1\.00 a month/)
  await confirmationOf(`subscriptions renew ${own.subscription}`, omar)
  await confirm(world, omar)
  const refused = await eventually(() => {
    const view = JSON.stringify(world.modalOf(omar))
    expect(view).toMatch(/beyond a limit/)
    return view
  })
  expect(refused).toMatch(/it costs \$[\d.]+, and less is left of the team’s budget per month/)
  await world.say('/cmr access budget none')
})

test('diagnose tells whoever sees one customer whether the wallet is too low, and not what it holds', async () => {
  const { world, own } = matrix
  const asked = (person: string) => asking(matrix, person, 'diagnose.show', { thing: own.domain })
  await world.control('wallet', { balanceCents: 987_654 })
  expect(await asked(world.ana.id)).toContain('9,876.54')
  expect(await asked(omar)).toMatch(/\*Wallet\* {2}covers what renews soon/)
  expect(await asked(omar)).not.toContain('9,876')
  await world.control('wallet', { balanceCents: 7 })
  expect(await asked(omar)).not.toContain('$0.07')
})
