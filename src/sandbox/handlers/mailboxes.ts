import { newWarmup } from '../opening.ts'
import { removeMailbox } from '../renewal.ts'
import {
  charge,
  customer,
  mailboxOf,
  newActionId,
  newId,
  pageOf,
  type SandboxMailbox,
  SandboxRefusal,
  WARMUP_CENTS,
  type World,
} from '../world.ts'
import { type Handler, strings } from './handler.ts'

/** Price × days left ÷ 30. */
function warmupCents(world: World, subscriptionId: string): number {
  const end = world.subscriptions.get(subscriptionId)?.periodEnd
  const days = end ? Math.max(0, Math.ceil((Date.parse(end) - world.now().getTime()) / 86_400_000)) : 30
  return Math.round((WARMUP_CENTS * Math.min(days, 30)) / 30)
}

function warming(world: World, id: unknown) {
  const mailbox = mailboxOf(world, id)
  if (!mailbox.warmup) throw new SandboxRefusal(409, 'This mailbox has no warm-up.')
  return { mailbox, warmup: mailbox.warmup }
}

/** Placement of each mailbox in turn, in percent. */
const landings = [
  { inbox: 82, spam: 14, missing: 4 },
  { inbox: 41, spam: 52, missing: 7 },
  { inbox: 67, spam: 30, missing: 3 },
]

const about = (world: World, { mailboxId, email, domain, subscriptionId }: SandboxMailbox) => ({
  mailboxId,
  email,
  domain,
  workspaceType: world.subscriptions.get(subscriptionId)?.serviceProvider,
})

export const mailboxHandlers: Record<string, Handler> = {
  'mailboxes.list': (world, { query }) => ({
    message: 'Mailboxes',
    data: [...world.mailboxes.values()].filter((one) => one.userId === query.userId),
  }),
  'mailboxes.all': (world, { query }) => {
    const { rows, totalPages } = pageOf(
      [...world.mailboxes.values()],
      Number(query.page ?? 1),
      Number(query.limit ?? 20),
    )
    return { message: 'Mailboxes', data: { mailboxes: rows, totalPages, total: world.mailboxes.size } }
  },
  'mailboxes.get': (world, { query }) => ({
    message: 'Mailbox details',
    data: mailboxOf(world, query.mailboxId),
  }),
  'mailboxes.admin': (world, { query }) => {
    const { email } = mailboxOf(world, query.mailboxId)
    return {
      message: 'Admin details',
      data: { adminEmail: `admin@${email.split('@')[1]}`, password: `pw-${newId().slice(0, 10)}` },
    }
  },
  'mailboxes.update': (world, { body }) => {
    const changes = [body.mailboxData].flat() as (Record<string, unknown> & { mailboxId: string })[]
    const results = changes.map(({ mailboxId, userName, removeProfilePicture, ...fields }) => {
      const mailbox = world.mailboxes.get(mailboxId)
      if (!mailbox) return { mailboxId, success: false, message: 'The requested mailbox does not exist.' }
      if (world.putOff.delete(mailboxId)) return { mailboxId, success: false, message: 'Rate limit exceeded' }
      const address = userName ? `${String(userName)}@${mailbox.domain}` : mailbox.email
      if ([...world.mailboxes.values()].some((one) => one !== mailbox && one.email === address))
        return { mailboxId, success: false, message: `${address} exists already.` }
      Object.assign(mailbox, fields, removeProfilePicture ? { profilePicture: null } : {})
      if (userName) mailbox.email = `${String(userName)}@${mailbox.domain}`
      const updatedFields = Object.keys({ ...fields, ...(userName ? { userName } : {}) })
      world.emit('mailbox.updated', { ...about(world, mailbox), updatedFields })
      return { mailboxId, success: true }
    })
    return { message: 'Mailboxes updated', data: results, actionId: newActionId() }
  },
  'mailboxes.remove': (world, { body }) => {
    const mailbox = mailboxOf(world, body.mailboxId)
    const subscription = world.subscriptions.get(mailbox.subscriptionId)
    if (subscription && Date.parse(subscription.periodEnd) - world.now().getTime() < 86_400_000)
      throw new SandboxRefusal(
        400,
        'A mailbox can not be removed within 24 hours before the end of the subscription period.',
      )
    world.later(2000, () => removeMailbox(world, mailbox))
    return { message: 'Mailbox will be removed shortly', data: null }
  },
  'mailboxes.validate': (world, { body }) => {
    const taken = new Set([...world.mailboxes.values()].map((one) => one.email))
    const results = strings(body.mailboxes).map((email) => {
      if (!/^[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]{2,}$/i.test(email))
        return { email, valid: false, message: 'Not an address that a mailbox can have.' }
      return { email, valid: true, ...(taken.has(email) && { message: 'Exists.' }) }
    })
    const valid = results.every((one) => one.valid)
    return { message: valid ? 'Mailboxes are valid' : 'Some mailboxes are not valid', data: results }
  },
  'mailboxes.reexport': (world, { body }) => {
    const mailbox = mailboxOf(world, body.mailboxId)
    world.later(5000, () => world.emit('mailbox.exported', { ...about(world, mailbox), app: 'OAUTH' }))
    return { message: 'Export queued', data: null, actionId: newActionId() }
  },

  'warmup.add': (world, { query }) => {
    const mailbox = mailboxOf(world, query.mailboxId)
    if (mailbox.warmup) throw new SandboxRefusal(409, 'This mailbox is being warmed up already.')
    charge(world, warmupCents(world, mailbox.subscriptionId), `Warm-up of ${mailbox.email}`)
    mailbox.warmup = newWarmup('PENDING')
    world.later(4000, () => {
      if (mailbox.warmup) mailbox.warmup.status = 'ACTIVE'
      world.emit('mailbox.warmup.started', about(world, mailbox))
    })
    return { message: 'Warm-up added', data: mailbox.warmup, actionId: newActionId() }
  },
  'warmup.remove': (world, { query }) => {
    const { mailbox } = warming(world, query.mailboxId)
    mailbox.warmup = null
    world.emit('mailbox.warmup.removed', about(world, mailbox))
    return { message: 'Warm-up removed', data: null, actionId: newActionId() }
  },
  'warmup.toggle': (world, { body }) => {
    const { warmup } = warming(world, body.mailboxId)
    warmup.status = warmup.status === 'ACTIVE' ? 'PAUSED' : 'ACTIVE'
    return { message: `Warm-up ${warmup.status}`, data: warmup }
  },
  'warmup.status': (world, { query, body }) => {
    const { warmup } = warming(world, query.mailboxId)
    warmup.status = String(body.status)
    return { message: 'Status set', data: warmup }
  },
  'warmup.settings': (world, { query, body }) => {
    const { warmup } = warming(world, query.mailboxId)
    const next = { ...warmup, ...body } as Record<string, number>
    if (
      Number(next.minimumWarmupLimit) > Number(next.warmupLimit) ||
      Number(next.minimumDelayBetweenWarmupEmails) > Number(next.maximumDelayBetweenWarmupEmails)
    )
      throw new SandboxRefusal(422, 'Parameter error: a minimum is above its maximum')
    Object.assign(warmup, body)
    return { message: 'Settings saved', data: warmup }
  },

  'placement.run': (world, { query, body }) => {
    const { userId } = customer(world, query.userId)
    const all = strings(body.mailboxIds).map((id) => mailboxOf(world, id))
    const idle = all.find((one) => one.status !== 'ACTIVE')
    if (idle) throw new SandboxRefusal(400, `${idle.email} is not ACTIVE.`)
    if (world.wallet.cents < all.length * 50)
      throw new SandboxRefusal(402, 'Insufficient wallet balance to run placement test')
    charge(world, all.length * 50, `Mailboxes tested: ${all.length}`)
    const orderId = newId()
    for (const [at, { mailboxId, email }] of all.entries()) {
      world.reports.push({
        orderId,
        userId,
        mailboxId,
        email,
        ...(landings[at % landings.length] ?? landings[0]),
        createdAt: world.now().toISOString(),
      })
    }
    return { message: 'Placement test started', data: { orderId } }
  },
  'placement.reports': (world, { query }) => {
    const { userId } = customer(world, query.userId)
    const names = ['orderId', 'mailboxId'] as const
    const mine = world.reports.filter(
      (one) => one.userId === userId && names.every((name) => !query[name] || one[name] === query[name]),
    )
    const { rows, totalPages } = pageOf(mine, Number(query.page ?? 1), Number(query.limit ?? 20))
    return { message: 'Reports', data: { reports: rows, totalPages } }
  },
}
