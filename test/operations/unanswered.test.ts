import { afterAll, beforeAll, expect, test } from 'vitest'
import { carryOut } from '../support/carry-out.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { shareWorld, type World } from '../support/world.ts'

let shared: Awaited<ReturnType<typeof shareWorld>>
beforeAll(async () => {
  shared = await shareWorld({ deadlines: 0.03, pace: 0.05 })
  await shared.control('wallet', { balanceCents: 1_000_000 })
})
afterAll(() => shared?.close())

interface Named {
  readonly userId: string
  readonly domainName: string
  readonly status: string
  readonly subscriptionId: string
  readonly subscriptionStatus: string
  readonly domain: string
  readonly email: string
}
const first = async (kind: string, isMeant: (row: Named) => boolean = () => true): Promise<Named> => {
  const found = ((await shared.look(kind)) as Named[]).find(isMeant)
  if (!found) throw new Error(`CMR has no such ${kind}`)
  return found
}

/** What the bot has posted in #ops that stands in no thread and mentions something. */
const receipts = (world: World, text: string) =>
  world
    .messages(world.ops.id)
    .filter((one) => one.author === 'bot' && !one.threadTs && !one.ephemeralFor)
    .map((one) => JSON.stringify(one.blocks))
    .filter((shown) => shown.includes(text))

const customer = {
  email: 'never@heard.com',
  company: 'Never Heard',
  firstName: 'Nora',
  lastName: 'Heard',
  country: 'US',
  city: 'New York',
  addressLineOne: '350 Fifth Avenue',
  postalCode: '10001',
  state: 'New York',
  phoneCc: '1',
  phone: '2125551234',
}

test.each([
  {
    endpoint: 'users.create',
    async ask() {
      const flags = Object.entries(customer).map(([name, value]) => `--${name} "${value}"`)
      return { line: `users create ${flags.join(' ')}`, label: customer.email }
    },
  },
  {
    endpoint: 'domains.renew',
    async ask() {
      const { userId, domainName } = await first('domains', isRenewable)
      return { line: `domains renew --userId ${userId} --domains ${domainName} --years 1`, label: domainName }
    },
  },
  {
    endpoint: 'subscriptions.renew',
    async ask() {
      const found = await first('subscriptions', (one) => one.subscriptionStatus === 'ACTIVE')
      // Its receipt names the domain: nobody reads an id.
      return { line: `subscriptions renew ${found.subscriptionId}`, label: found.domain }
    },
  },
])(
  '$endpoint of which no answer and no webhook comes is found at CMR, ends, and is sent once',
  {
    timeout: 60_000,
  },
  async ({ endpoint, ask }) => {
    await shared.control('webhooks', { mode: 'lost' })
    await shared.control('faults', { endpoint, fault: 'accepted-dropped', times: 1 })
    const { line, label } = await ask()
    await carryOut(shared, `/cmr ${line}`, {}, () => expect(receipts(shared, label)).toHaveLength(1))
    await eventually(() => expect(receipts(shared, label).join()).toMatch(/\*Done\*/))
    await shared.say(
      `/cmr operations ${/Operation `([0-9a-f]{8})`/.exec(receipts(shared, label).join())?.[1]}`,
    )
    await shared.sees(/Found at CMR: it did happen/)
    expect(await shared.requests(endpoint)).toHaveLength(1)
  },
)
