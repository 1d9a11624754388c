import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { isRenewable } from '../../support/renewable.ts'
import type { Effects, Row, Scene } from './effect.ts'

const domainOf = async ({ find, domain }: Scene) => (await find('domains', { domainName: domain })) as Row
const recordsOf = async (scene: Scene) => (await domainOf(scene)).records as Row[]

/** A record of the scene's domain that somebody has made before. */
async function record({ api, user, domain }: Scene): Promise<Row> {
  const records = [{ host: 'news', value: 'mail.acme.com', recordType: 'CNAME' }]
  const made = await api('POST', '/dns', { userId: user.userId }, { domain, records })
  return (made.records as Row[])[0] as Row
}

/** Changes a domain, and sees it changed. */
async function changes(scene: Scene, flags: Row, changed: Row) {
  const { user, done } = scene
  expect(await domainOf(scene)).not.toMatchObject(changed)
  await done({ userId: user.email, ...flags }, async () =>
    expect(await domainOf(scene)).toMatchObject(changed),
  )
}

/** Domains and their DNS. */
export const domainEffects: Effects = {
  'domains.list GET /domains/by-user': ({ user, domain, reads }) => reads({ userId: user.email }, domain),
  'domains.get GET /domains': ({ user, domain, reads }) => reads({ userId: user.email, domain }, domain),
  'domains.suggest POST /domains/suggest': ({ reads }) => reads({ keyword: 'coverage' }, 'getcoverage.com'),
  'domains.available POST /domains/available': ({ reads }) =>
    reads({ domain: 'coverage-free.com' }, 'coverage-free.com', '14.50'),
  'domains.workspace POST /domains/has-workspace': ({ domain, reads }) =>
    reads({ domainName: domain, serviceProvider: 'GOOGLE' }, domain),
  async 'domains.renewal-price POST /domains/renewal-price'({ world, reads }) {
    const { domainName, userId } = (await world.look('domains')).find(isRenewable)
    await reads({ userId, domains: domainName }, domainName, '14.50')
  },
  async 'domains.renew POST /domains/renew'(scene) {
    const { world, walletCents, done } = scene
    const [{ domainName, userId, expiryDate }] = (await world.look('domains')).filter(isRenewable)
    const cents = await walletCents()
    const year = new Date(expiryDate).getUTCFullYear()
    await done({ userId, domains: domainName, years: 2 }, async () => {
      const after = await domainOf({ ...scene, domain: domainName })
      expect(new Date(String(after.expiryDate)).getUTCFullYear()).toBe(year + 2)
      expect(cents - (await walletCents())).toBe(2 * 1450)
    })
  },
  async 'domains.auto-renew PATCH /domains/toggle-auto-renew'(scene) {
    const { autoRenew } = await domainOf(scene)
    await changes(scene, { domains: scene.domain, autoRenew: !autoRenew }, { autoRenew: !autoRenew })
  },
  'domains.forward POST /domains/forwarding': (scene) =>
    changes(
      scene,
      { domains: scene.domain, forwardTo: 'https://acme.com', maskForwarding: true },
      { domainForwarding: { forwardTo: 'https://acme.com', maskForwarding: true } },
    ),
  'domains.forward-email POST /domains/email-forwarding': (scene) =>
    changes(
      scene,
      { domain: scene.domain, forwardTo: 'jane@acme.com' },
      { emailForwarding: 'jane@acme.com' },
    ),
  'domains.client-id POST /domains/add-client-id': (scene) =>
    changes(
      scene,
      { domains: scene.domain, clientId: 'client-1', appName: 'Outreach' },
      { clientId: { clientId: 'client-1', appName: 'Outreach' } },
    ),
  async 'domains.remove DELETE /domains'({ api, user, boxes, domain, find, done }) {
    for (const { mailboxId } of boxes)
      await api('DELETE', '/mailboxes/remove', { userId: user.userId }, { mailboxId })
    await eventually(async () => expect(await find('mailboxes', { domain })).toBeUndefined())
    await done({ userId: user.email, domains: domain }, async () =>
      expect(await find('domains', { domainName: domain })).toBeUndefined(),
    )
  },

  async 'dns.list GET /dns'(scene) {
    await record(scene)
    await scene.reads({ userId: scene.user.email, domain: scene.domain }, 'mail.acme.com')
  },
  async 'dns.add POST /dns'(scene) {
    const made = { host: 'coverage', value: 'v=spf1 include:_spf.google.com ~all', recordType: 'TXT' }
    await scene.done({ userId: scene.user.email, domain: scene.domain, ...made }, async () =>
      expect(await recordsOf(scene)).toContainEqual(expect.objectContaining(made)),
    )
  },
  async 'dns.update PUT /dns'(scene) {
    const { recordId } = await record(scene)
    const changed = { recordId, host: 'news', value: 'other.acme.com', recordType: 'CNAME' }
    await scene.done({ userId: scene.user.email, domain: scene.domain, ...changed }, async () =>
      expect(await recordsOf(scene)).toContainEqual(expect.objectContaining(changed)),
    )
  },
  async 'dns.delete DELETE /dns'(scene) {
    const { recordId } = await record(scene)
    await scene.done({ userId: scene.user.email, domain: scene.domain, recordId }, async () =>
      expect((await recordsOf(scene)).map((one) => one.recordId)).not.toContain(recordId),
    )
  },
  'dns.nameservers PUT /dns/nameservers': (scene) =>
    changes(
      scene,
      { domain: scene.domain, nameservers: 'ns1.acme.com ns2.acme.com' },
      { nameservers: ['ns1.acme.com', 'ns2.acme.com'] },
    ),
}
