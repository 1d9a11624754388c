import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { asked, cards, changeStore, decide, seenBy } from '../support/approvals.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { apiKey } from '../support/world.ts'

/** Omar asks for the renewal of one subscription, as often as told. */
async function askedFor(times: number, clock?: () => Date) {
  const { world, omar } = await asked('--hours 720', clock ? { clock } : {})
  await world.control('webhooks', { url: `${world.botUrl}/webhooks/cmr` })
  const all: { subscriptionId: string; subscriptionStatus: string }[] = await world.look('subscriptions')
  const subscriptionId = String(all.find((one) => one.subscriptionStatus === 'ACTIVE')?.subscriptionId)
  for (let time = 1; time <= times; time++) {
    await world.say(`/cmr subscriptions renew ${subscriptionId}`, omar)
    await confirm(world, omar)
    await eventually(() => expect(cards(world)).toHaveLength(1 + time))
  }
  return { world, subscriptionId }
}

test('what was asked for twice is not paid for twice, however many approve', async () => {
  const { world } = await askedFor(2)
  const [, first, second] = cards(world)
  await decide(world, 'Approve', world.ana.id, first)
  await world.sees(/renewed 1\/1/)
  await decide(world, 'Approve', world.ana.id, second)
  await eventually(() => expect(JSON.stringify(cards(world)[2])).toMatch(/it would be done twice/))
  expect(await world.requests('subscriptions.renew')).toHaveLength(1)
})

test('what was renewed without the bot after it was asked for is not renewed again, a day later either', async () => {
  let ahead = 0
  const { world, subscriptionId } = await askedFor(1, () => new Date(Date.now() + ahead))
  const answer = await fetch(`${world.env.CMR_API_URL}/subscriptions/renew-subscriptions`, {
    method: 'POST',
    headers: { 'cmr-x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ subscriptionIds: [subscriptionId] }),
  })
  expect(answer.status).toBe(200)
  await eventually(() => expect(JSON.stringify(world.messages(world.alerts.id))).toMatch(/renewed/))
  ahead = 26 * 3_600_000
  await decide(world, 'Approve', world.ana.id, cards(world)[1])
  await eventually(() =>
    expect(JSON.stringify(cards(world)[1])).toMatch(/this was done meanwhile without the bot/),
  )
  // Only the one that the bot did not send.
  expect(await world.requests('subscriptions.renew')).toHaveLength(1)
})

test('whoever has a role for some customers reads a long list of requests without asking CMR for each', async () => {
  const { world, omar, domain } = await asked()
  const vera = world.vera.id
  const held: { domainName: string; userId: string }[] = await world.look('domains')
  const owner = held.find(({ domainName }) => domainName === domain)?.userId
  await world.say(`/cmr access grant ${vera} none`)
  await world.sees(/has the role \*none\* now/)
  await world.say(`/cmr access grant ${vera} viewer --customers ${owner}`)
  await world.sees(/has the role \*viewer\* now, only for/)
  const names = Object.keys(inStore(world, 'select * from approvals')[0] ?? {}).filter(
    (name) => name !== 'id',
  )
  const copied = names.map((name) =>
    name === 'input' ? `json_object('domains', json_array('nobody-knows' || i || '.com'))` : name,
  )
  changeStore(
    world,
    `with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
     insert into approvals (id, ${names}) select 'copy' || i, ${copied} from approvals, n where length(id) = 8`,
  )
  const before = (await world.look('requests')).length
  await world.say('/cmr approvals', vera)
  await eventually(() => expect(seenBy(world, vera)).toMatch(new RegExp(`1 open request.*<@${omar}>`)))
  expect((await world.look('requests')).length - before).toBeLessThan(5)
})
