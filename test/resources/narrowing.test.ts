import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvText } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { stateOf } from '../support/form-state.ts'
import { isRenewable } from '../support/renewable.ts'
import { startWorld } from '../support/world.ts'

type Row = Readonly<Record<string, string>>

/** What a person, a button or a client of Slack's may give for a list of domains that names none. */
const nothing = fc.constantFrom(
  '',
  ' ',
  '""',
  '","',
  ', ; ,',
  '“”',
  '\u200b',
  '*',
  'none',
  'nosuch.zz',
  'all',
  '[]',
  'null',
)
const dangerous = fc.constantFrom('renew', 'auto-renew')
const channelAccess = fc.constantFrom('command', 'flag', 'button', 'form')

test('by no command, button, form or file is CMR sent a renewal or a switch that names no domain', async () => {
  const world = await startWorld()
  const { ana, ops } = world
  const all = (await world.look('domains')) as Row[]
  const domain = all.find(isRenewable)
  const { userId } = domain ?? {}
  await world.say(`/cmr domains list --userId ${userId}`)
  await world.sees('domains.renew')
  const message = world.messages(ops.id).at(-1)
  const place = { person: ana.id, message: { channel: ops.id, ts: String(message?.ts) }, values: {} }

  const shown = () => JSON.stringify([world.modalOf(ana.id)?.id, world.messages(ops.id).length])

  await fc.assert(
    fc.asyncProperty(dangerous, channelAccess, nothing, async (verb, by, given) => {
      const rest = verb === 'auto-renew' ? ' --autoRenew yes' : ''
      const before = shown()
      if (by === 'command') await world.say(`/cmr domains ${verb} ${given} --userId ${userId}${rest}`)
      else if (by === 'flag')
        await world.say(`/cmr domains ${verb} --domains "${given}" --userId ${userId}${rest}`)
      else if (by === 'button') {
        const value = `userId=${userId} domains=${given}${verb === 'auto-renew' ? ' autoRenew=yes' : ''}`
        await world.interactions.act(place, { type: 'button', action_id: `domains.${verb}`, value })
      } else {
        await world.say(`/cmr domains ${verb} --userId ${userId}${rest}`)
        await world.opened()
      }
      // A form that opened after this one was closed would take the place of the next.
      await eventually(() => expect(shown()).not.toBe(before))
      // What is open is sent with a choice that is empty, or blank, twice: a confirmation may follow the form.
      for (let times = 0; times < 2; times++) {
        const view = world.modalOf(ana.id)
        if (!view?.submit) break
        const state = stateOf(view, {}) as Record<string, Record<string, object>>
        for (const element of Object.values(state.domains ?? {})) {
          const chosen = given ? [{ value: given, text: { type: 'plain_text', text: given } }] : []
          Object.assign(element, { selected_options: chosen })
        }
        await world.interactions.submit({ person: ana.id, view: view.id, values: state })
      }
      await world.interactions.close(ana.id)
    }),
    { numRuns: 40 },
  )
  // A file of nothing but names that CMR does not know asks for nothing either.
  await world.say('/cmr mailboxes update')
  const view = await world.opened(ana.id, (one) => one.callback_id === 'mailboxes.update')
  const file = await world.upload('none.csv', csvText([{ Mailbox: 'no@where.zz', 'First name': 'X' }]))
  await world.interactions.submit({ person: ana.id, view: view.id, values: stateOf(view, { file }) })

  const sent = [...(await world.requests('domains.renew')), ...(await world.requests('domains.auto-renew'))]
  for (const { body } of sent) {
    const { domains } = body as { domains?: unknown }
    expect(domains).toBeInstanceOf(Array)
    expect((domains as string[]).filter((name) => name.trim() !== '').length).toBeGreaterThan(0)
    expect((domains as string[]).every((name) => name.trim() !== '')).toBe(true)
  }
  expect(await world.requests('mailboxes.update')).toEqual([])
  const after = (await world.look('domains')) as (Row & { autoRenew: unknown })[]
  expect(after.map(({ autoRenew }) => autoRenew)).toEqual(
    (all as (Row & { autoRenew: unknown })[]).map(({ autoRenew }) => autoRenew),
  )
  expect(after.map(({ expiryDate }) => expiryDate)).toEqual(all.map(({ expiryDate }) => expiryDate))

  // The same door does let a name through.
  await world.say(`/cmr domains auto-renew ${domain?.domainName} on --userId ${userId}`)
  await world.opened(ana.id, (one) => JSON.stringify(one).includes('Turn auto-renew on'))
  await world.submit({})
  await world.sees(/Auto-renew is \*on\*/)
  expect((await world.requests('domains.auto-renew')).at(-1)?.body).toMatchObject({
    domains: [domain?.domainName],
  })
})
