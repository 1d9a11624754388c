import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { Effects, Row, Scene } from './effect.ts'

const mailbox = ({ find, boxes }: Scene) => find('mailboxes', { mailboxId: boxes[0]?.mailboxId })
const warmupOf = async (scene: Scene) => ((await mailbox(scene)) as Row).warmup as Row | null

/** Sees to it that the scene's first mailbox is being warmed up, or is not. */
async function warming({ api, ...scene }: Scene, wanted: boolean): Promise<string> {
  const { mailboxId = '', email = '' } = scene.boxes[0] ?? {}
  const has = (await warmupOf({ api, ...scene })) !== null
  if (has !== wanted) await api(wanted ? 'POST' : 'DELETE', '/mailboxes/warmup', { mailboxId })
  await eventually(async () => expect((await warmupOf({ api, ...scene }))?.status).not.toBe('PENDING'))
  return email
}

const deliveriesOf = async ({ world }: Scene, event: string) =>
  ((await world.look('state')).deliveries as Row[]).filter((one) => one.event === event).length

/** Says it, and sees that CMR says that it has exported one more. */
async function exports(scene: Scene, flags: Row) {
  const before = await deliveriesOf(scene, 'mailbox.exported')
  await scene.done(flags, async () => expect(await deliveriesOf(scene, 'mailbox.exported')).toBe(before + 1))
}

/** Mailboxes, their warm-up and placement tests. */
export const mailboxEffects: Effects = {
  'mailboxes.list GET /mailboxes/single': ({ user, boxes, reads }) =>
    reads({ userId: user.email }, String(boxes[0]?.email)),
  async 'mailboxes.all GET /mailboxes'({ world, reads }) {
    const all: { domain: string; email: string }[] = await world.look('mailboxes')
    const [first = { email: '' }] = all.toSorted(
      (a, b) => a.domain.localeCompare(b.domain) || a.email.localeCompare(b.email),
    )
    await reads({}, first.email)
  },
  'mailboxes.get GET /mailboxes/mailbox': ({ boxes, reads }) =>
    reads({ mailboxId: boxes[0]?.email }, String(boxes[0]?.email)),
  'mailboxes.admin GET /mailboxes/admin-mailbox-details': ({ user, boxes, domain, reads }) =>
    reads({ userId: user.email, mailboxId: boxes[0]?.email }, `admin@${domain}`),
  async 'mailboxes.update PATCH /mailboxes/update-mailbox-details'(scene) {
    const given = { userId: scene.user.email, mailboxId: scene.boxes[0]?.email }
    await scene.done({ ...given, firstName: 'Janet', lastName: 'Cover' }, async () =>
      expect(await mailbox(scene)).toMatchObject({ firstName: 'Janet', lastName: 'Cover' }),
    )
  },
  async 'mailboxes.remove DELETE /mailboxes/remove'(scene) {
    const mailboxId = scene.boxes.map(({ email }) => email).join(' ')
    await scene.done({ userId: scene.user.email, mailboxId }, async () => {
      for (const { mailboxId } of scene.boxes)
        expect(await scene.find('mailboxes', { mailboxId })).toBeUndefined()
    })
  },
  'mailboxes.validate POST /mailboxes/validate-mailbox': ({ user, boxes, reads }) =>
    reads({ userId: user.email, mailboxes: boxes[0]?.email }, String(boxes[0]?.email)),
  'mailboxes.reexport POST /mailboxes/oauth': (scene) =>
    exports(scene, {
      userId: scene.user.email,
      mailboxId: scene.boxes[0]?.email,
      googleOauthRoute: 'DEFAULT',
      clientId: 'client-1',
      appName: 'Outreach',
    }),

  async 'warmup.add POST /mailboxes/warmup'(scene) {
    const mailboxId = await warming(scene, false)
    const cents = await scene.walletCents()
    await scene.done({ mailboxId }, async () => {
      expect(await warmupOf(scene)).toMatchObject({ status: 'ACTIVE' })
      expect(await scene.walletCents()).toBeLessThan(cents)
    })
  },
  async 'warmup.remove DELETE /mailboxes/warmup'(scene) {
    const mailboxId = await warming(scene, true)
    await scene.done({ mailboxId }, async () => expect(await warmupOf(scene)).toBeNull())
  },
  async 'warmup.toggle POST /mailboxes/warmup/toggle'(scene) {
    const mailboxId = await warming(scene, true)
    const before = (await warmupOf(scene))?.status
    const after = before === 'ACTIVE' ? 'PAUSED' : 'ACTIVE'
    await scene.done({ mailboxId }, async () =>
      expect(await warmupOf(scene)).toMatchObject({ status: after }),
    )
  },
  async 'warmup.status PATCH /mailboxes/warmup/status'(scene) {
    const mailboxId = await warming(scene, true)
    const status = (await warmupOf(scene))?.status === 'PAUSED' ? 'ACTIVE' : 'PAUSED'
    await scene.done({ mailboxId, status }, async () =>
      expect(await warmupOf(scene)).toMatchObject({ status }),
    )
  },
  async 'warmup.settings PATCH /mailboxes/warmup/settings'(scene) {
    const mailboxId = await warming(scene, true)
    const settings = { warmupLimit: 31, warmupReplyRate: 17, warmupOnWeekdays: true }
    await scene.done({ mailboxId, ...settings }, async () =>
      expect(await warmupOf(scene)).toMatchObject(settings),
    )
  },

  async 'placement.run POST /placement'(scene) {
    const { user, boxes, find, done, walletCents } = scene
    const cents = await walletCents()
    await done({ userId: user.email, mailboxIds: boxes[0]?.email }, async () => {
      expect(await find('reports', { email: boxes[0]?.email })).toBeDefined()
      expect(cents - (await walletCents())).toBe(50)
    })
  },
  async 'placement.reports GET /placement/reports'({ api, user, boxes, reads }) {
    await api('POST', '/placement', { userId: user.userId }, { mailboxIds: [boxes[0]?.mailboxId] })
    await reads({ userId: user.email }, String(boxes[0]?.email), '82')
  },
  ...exportEffects(),
}

/** What is connected to the mailboxes. */
function exportEffects(): Effects {
  const login = { app: 'SMARTLEAD', email: 'login@smartlead.test', password: 'hunter2-secret' }
  const connected = async ({ api, user }: Scene) => {
    const { email, password, app } = login
    const made = await api(
      'POST',
      '/exports/platform-credential',
      { userId: user.userId },
      { app, credentials: { email, password } },
    )
    return String(made.credentialId)
  }
  return {
    async 'exports.platforms GET /exports/platform-credentials'(scene) {
      await connected(scene)
      await scene.reads({ userId: scene.user.email }, /smartlead/i)
    },
    async 'exports.connect POST /exports/platform-credential'(scene) {
      const { user, find, done, world } = scene
      await done({ userId: user.email, ...login }, async () =>
        expect(await find('credentials', { userId: user.userId, email: login.email })).toMatchObject({
          app: 'SMARTLEAD',
        }),
      )
      expect(JSON.stringify(world.everything())).not.toContain(login.password)
    },
    async 'exports.update PUT /exports/platform-credential'(scene) {
      const credentialId = await connected(scene)
      await scene.done({ userId: scene.user.email, credentialId, workspace: 'Agency' }, async () =>
        expect(await scene.find('credentials', { credentialId })).toMatchObject({
          metadata: { workspace: 'Agency' },
        }),
      )
    },
    async 'exports.disconnect DELETE /exports/platform-credential'(scene) {
      const credentialId = await connected(scene)
      await scene.done({ userId: scene.user.email, credentialId }, async () =>
        expect(await scene.find('credentials', { credentialId })).toBeUndefined(),
      )
    },
    async 'exports.workspaces GET /exports/platform-workspaces'(scene) {
      await scene.reads({ credentialId: await connected(scene) }, 'Agency')
    },
    async 'exports.send POST /exports/platform-exports'(scene) {
      const credentialId = await connected(scene)
      await scene.done({ credentialId, mailboxIds: scene.boxes[0]?.email }, async () =>
        expect((await mailbox(scene))?.exports).toMatchObject([{ credentialId, status: 'COMPLETED' }]),
      )
    },
  }
}
