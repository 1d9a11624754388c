import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { inStore } from '../support/alerts.ts'
import { asked, askFor, cards, changeStore, decide, seenBy } from '../support/approvals.ts'
import { confirm } from '../support/clicks.ts'
import { eventually } from '../support/eventually.ts'
import { isRenewable } from '../support/renewable.ts'
import { listening } from '../support/servers.ts'
import { cleanups, startWorld } from '../support/world.ts'

test('over a limit somebody else is asked; of many clicks one decides, it runs once as theirs, and the card loses its buttons', async () => {
  const { world, omar, domain } = await asked()
  const [card] = cards(world)
  expect(JSON.stringify(card)).toContain(domain)
  expect(JSON.stringify(card)).toMatch(/\$1\.00 is your limit per operation/)
  expect(await world.requests('domains.renew')).toEqual([])

  await decide(world, 'Approve', omar, card)
  await eventually(() => expect(seenBy(world, omar)).toMatch(/You cannot decide on your own request/))
  await decide(world, 'Approve', world.vera.id, card)
  await eventually(() => expect(seenBy(world, world.vera.id)).toMatch(/Your own limit is lower/))
  expect(await world.requests('domains.renew')).toEqual([])

  await Promise.all(Array.from({ length: 20 }, () => decide(world, 'Approve', world.ana.id, card)))
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  await eventually(() =>
    expect(
      seenBy(world, world.ana.id).match(/It has already been decided|Approved by/g)?.length,
    ).toBeGreaterThanOrEqual(20),
  )
  await eventually(() => {
    const [now] = cards(world)
    expect(JSON.stringify(now)).toMatch(/Approved by <@/)
    expect(JSON.stringify(now)).not.toContain('"approvals.approve"')
  })
  // In the channel where it was asked, as the requester's own.
  await world.sees(/Renew|renew/)
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.directMessages(omar)))).toMatch(/Your request .*Approved by/),
  )
  expect(await world.requests('domains.renew')).toHaveLength(1)
})

test('a refusal tells why, and nothing runs; two approvers are two people', async () => {
  const { world, omar } = await asked('--approvers 2')
  await decide(world, 'Approve', world.ana.id)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/one more approver is needed/))
  await decide(world, 'Approve', world.ana.id)
  await eventually(() => expect(seenBy(world, world.ana.id)).toMatch(/Somebody else has to approve it too/))
  await decide(world, 'Refuse', world.ana.id)
  await world.opened(world.ana.id)
  await world.submit({ why: 'Not this month' }, world.ana.id)
  await eventually(() =>
    expect(JSON.stringify(world.messages(world.directMessages(omar)))).toMatch(/Refused by .*Not this month/),
  )
  await eventually(() => expect(JSON.stringify(cards(world)[0])).not.toContain('"approvals.approve"'))
  expect(await world.requests('domains.renew')).toEqual([])
})

test('a changed price or state is asked anew, and one that was being run when the bot died runs once', async () => {
  const { world } = await asked()
  expect(JSON.stringify(cards(world)[0])).toMatch(/The wallet holds \$[\d,.]+, and \*\$[\d,.]+ after it/)
  await decide(world, 'Approve', world.ana.id)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))
  // What a warm-up costs is another price by the time that somebody approves it.
  const cold = (await world.look('mailboxes')).find((one: { warmup?: unknown }) => !one.warmup)
  await world.say(`/cmr warmup add ${cold.email}`, world.omar.id)
  await confirm(world, world.omar.id)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  world.env.CMR_WARMUP_PRICE = '4.00'
  await world.restart()
  await decide(world, 'Approve', world.ana.id)
  await eventually(() => expect(cards(world)).toHaveLength(3))
  await eventually(() =>
    expect(JSON.stringify(cards(world)[1])).toMatch(
      /The price or its state has changed, so approval is needed again/,
    ),
  )
  expect(JSON.stringify(cards(world)[1])).not.toContain('"approvals.approve"')
  expect(await world.requests('warmup.add')).toEqual([])
  await decide(world, 'Approve', world.ana.id)
  await eventually(async () => expect(await world.requests('warmup.add')).toHaveLength(1))

  await world.say(
    `/cmr domains renew ${String((await world.look('domains')).filter(isRenewable)[1]?.domainName)}`,
    world.omar.id,
  )
  await confirm(world, world.omar.id)
  await eventually(() => expect(cards(world)).toHaveLength(4))
  await decide(world, 'Approve', world.ana.id)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(2))
  await eventually(() => expect(JSON.stringify(cards(world)[3])).toMatch(/receipt shows how it ends/))
  changeStore(world, "update approvals set state = 'running', operation_id = null where state = 'done'")
  await world.restart()
  await eventually(() =>
    expect(inStore(world, "select id from approvals where state = 'done'")).toHaveLength(3),
  )
  expect(await world.requests('domains.renew')).toHaveLength(2)
})

test('who lacks the role reads how to ask, and what is asked for runs once it is approved', async () => {
  const world = await startWorld()
  const omar = world.omar.id
  const domain = String((await world.look('domains')).filter(isRenewable)[0]?.domainName)
  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/Approvals are requested in/)
  await world.say(`/cmr domains renew ${domain}`, omar)
  await askFor(world, omar, 'domains renew')
  await confirm(world, omar)
  await eventually(() => expect(cards(world)).toHaveLength(1))
  expect(await world.requests('domains.renew')).toEqual([])
  await decide(world, 'Approve', world.ana.id)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(1))

  // What takes alerts from others has no receipt: its answer stands on the card.
  await world.say('/cmr alerts add "domain.*"')
  await world.sees(/\*r1\*/)
  await world.say('/cmr alerts mute r1 1d', omar)
  await askFor(world, omar, 'alerts mute')
  await eventually(() => expect(JSON.stringify(cards(world)[1])).toMatch(/Mute a route or alert.*r1/))
  await decide(world, 'Approve', world.ana.id, cards(world)[1])
  await eventually(() => expect(JSON.stringify(cards(world)[1])).toMatch(/\*r1\* is muted until/))
})

test('where CMR refuses to say the price that an approval is asked for, its words are read and nobody is asked', async () => {
  const world = await startWorld()
  const omar = world.omar.id
  const domain = String((await world.look('domains')).filter(isRenewable)[0]?.domainName)
  await world.say(`/cmr approvals set ${world.billing.id}`)
  await world.sees(/Approvals are requested in/)
  await world.say(`/cmr domains renew ${domain}`, omar)
  await askFor(world, omar, 'domains renew')
  await world.opened(omar)
  await world.control('faults', { endpoint: '*', fault: '403' })
  await world.submit({}, omar)
  await eventually(() => expect(JSON.stringify(world.modalOf(omar))).toMatch(/Forbidden/))
  expect(JSON.stringify(world.modalOf(omar))).not.toMatch(/inside the bot/)
  expect(cards(world)).toEqual([])
  const [last] = inStore(
    world,
    "select * from audit where command = 'domains.renew' order by id desc limit 1",
  )
  expect(last).toMatchObject({ actor: omar, outcome: 'failed' })
})

test('what policy names is approved by others whatever it costs, admins’ wishes too, by two where policy says so; in time', async () => {
  let ahead = 0
  const world = await startWorld({ clock: () => new Date(Date.now() + ahead) })
  const [ana, omar, vera] = [world.ana.id, world.omar.id, world.vera.id]
  const set = `/cmr approvals set ${world.billing.id} --always destroying,roles --twice roles`
  await world.say(set)
  await world.sees(/take 3 admins.*there would be 1/)
  for (const one of [omar, vera]) await world.say(`/cmr access grant ${one} admin`)
  await world.sees(new RegExp(`<@${vera}> has the role`))
  await world.say(set)
  await world.sees(/always, for everybody.*everything that cannot be undone, roles.*two approvers for roles/)
  // The form shows what is set.
  await world.say('/cmr approvals set')
  expect(JSON.stringify(await world.opened())).toMatch(
    /"initial_options":\[{"text":{[^}]*},"value":"destroying"/,
  )
  await world.interactions.close(ana)

  const { email } = (await world.look('users'))[0]
  await world.say(`/cmr access grant ${omar} finance --days 5 --customers ${email}`)
  await eventually(() => expect(cards(world)).toHaveLength(1))
  expect(JSON.stringify(cards(world)[0])).toMatch(/always needs somebody else’s approval/)
  await decide(world, 'Approve', ana)
  await eventually(() => expect(seenBy(world, ana)).toMatch(/You cannot decide on your own request/))
  await decide(world, 'Approve', vera)
  await eventually(() => expect(JSON.stringify(cards(world)[0])).toMatch(/one more approver is needed/))
  await decide(world, 'Approve', omar)
  const toldAna = () => JSON.stringify(world.messages(world.directMessages(ana)))
  await eventually(() => expect(toldAna()).toMatch(/has the role \*finance\* now/))

  await world.say(`/cmr access grant ${omar} admin`)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  ahead = 25 * 3_600_000
  await eventually(() => expect(JSON.stringify(cards(world)[1])).toMatch(/Expired: nobody decided in time/))
  expect(JSON.stringify(cards(world)[1])).not.toContain('"approvals.approve"')
  await eventually(() => expect(toldAna().match(/Expired/g)).toHaveLength(2))
  await world.restart()

  const domain = String((await world.look('domains')).filter(isRenewable)[0]?.domainName)
  await world.say(`/cmr domains remove ${domain}`)
  await confirm(world)
  await eventually(() => expect(cards(world)).toHaveLength(3))
  expect(await world.requests('domains.remove')).toEqual([])
  await decide(world, 'Approve', vera)
  await eventually(async () => expect(await world.requests('domains.remove')).toHaveLength(1))
  // Told once, though the bot was started again since: as text and as block.
  expect(toldAna().match(/Expired/g)).toHaveLength(2)
})

test('fifty people approve and refuse at once: one decides, all are answered, and the other card waits for its own', async () => {
  const { world, omar } = await asked()
  const second = String((await world.look('domains')).filter(isRenewable)[1]?.domainName)
  await world.say(`/cmr domains renew ${second}`, omar)
  await confirm(world, omar)
  await eventually(() => expect(cards(world)).toHaveLength(2))
  const [first = '', other = ''] = cards(world).map(
    (card) => /Request (\w{8})/.exec(JSON.stringify(card))?.[1],
  )

  // Fifty admins, whom Slack knows as members, each with a response_url of their own.
  const people = Array.from({ length: 50 }, (_, at) => `U0MANY${String(at).padStart(4, '0')}`)
  world.env.CMR_ADMINS = [world.ana.id, ...people].join()
  await world.restart()
  world.slack.change = {
    of: /users\.info/,
    change: (answer) => (answer.ok ? answer : { ok: true, user: { team_id: world.team } }),
  }
  const answers = new Map<string, string[]>()
  const slack = createServer(async (request, response) => {
    const person = String(request.url).slice(1)
    answers.set(person, [...(answers.get(person) ?? []), (await request.toArray()).join('')])
    response.end('ok')
  })
  const origin = `http://127.0.0.1:${await listening(slack, cleanups)}`
  const channel = world.billing.id
  const approve = (person: string) =>
    world.send({
      payload: JSON.stringify({
        type: 'block_actions',
        team: { id: world.team },
        user: { id: person, team_id: world.team },
        channel: { id: channel },
        container: { type: 'message', channel_id: channel, message_ts: cards(world)[0]?.ts },
        trigger_id: '1.1',
        response_url: `${origin}/${person}`,
        actions: [{ type: 'button', action_id: 'approvals.approve', value: first, action_ts: '1.1' }],
      }),
    })
  const refuse = (person: string) =>
    world.send({
      command: '/cmr',
      text: `approvals refuse ${first} "not this month"`,
      user_id: person,
      team_id: world.team,
      channel_id: channel,
      trigger_id: '1.1',
      response_url: `${origin}/${person}`,
    })
  await Promise.all(people.map((person, at) => (at % 2 ? approve : refuse)(person)))
  await eventually(() => expect([...answers.keys()].sort()).toEqual(people))
  for (const said of answers.values()) expect(said.join()).toMatch(/Approved by|Refused by/)
  const attempts = inStore(world, "select command, outcome from audit where command like 'approvals.%e'")
  const decided = attempts.filter(({ outcome }) => outcome === 'ok')
  expect(decided).toHaveLength(1)
  expect(attempts.filter(({ outcome }) => outcome === 'refused')).toHaveLength(49)
  const runs = decided[0]?.command === 'approvals.approve' ? 1 : 0
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(runs))

  expect(JSON.stringify(cards(world)[1])).toContain('"approvals.approve"')
  await world.say(`/cmr approvals approve ${other}`)
  await eventually(async () => expect(await world.requests('domains.renew')).toHaveLength(runs + 1))
  expect((await world.requests('domains.renew')).at(-1)?.body).toMatchObject({ domains: [second] })
})
