import { z } from 'zod'
import { mailboxId } from '../../cmr/endpoints/fields.ts'
import { warmup } from '../../cmr/endpoints/mailboxes.ts'
import type { JsonObject } from '../../cmr/json.ts'
import { InputError, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import type { Values } from '../../commands/field.ts'
import { named } from '../../directory/names/named.ts'
import {
  eachIn,
  outcomes,
  type ReconcileRequest,
  type Reconciler,
  textOf,
} from '../../operations/expected-results.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { button, escapeText, type Message } from '../../slack/blocks.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { warmupPrice } from '../prices.ts'

/** A mailbox as messages name it. */
export interface OfMailbox {
  readonly email: string
  readonly mailboxId: string
}

/** What follows from each thing that can be done to a warm-up. */
const follows = {
  starts: 'It is paid from the wallet, for the days that are left of the month.',
  'is paused': 'CMR may still bill it, as its documentation is unclear. To stop billing, remove the warm-up.',
  'goes on': 'It is billed with the next renewal.',
  'is removed': 'It is no longer billed.',
}

/** Before a warm-up is paused or resumed; mrkdwn. */
function pauseQuestion(email: string, wanted: 'ACTIVE' | 'PAUSED'): string {
  const [verb, did] =
    wanted === 'PAUSED' ? (['Pause', 'is paused'] as const) : (['Resume', 'goes on'] as const)
  return `*${verb} the warm-up of ${escapeText(email)}?*\n${follows[did]}`
}

/** What was done to a warm-up. */
function warmupReceipt({ email, mailboxId }: OfMailbox, did: keyof typeof follows): Message {
  return receipt({
    text: `:white_check_mark: The warm-up of *${escapeText(email)}* ${did}`,
    follows: [follows[did]],
    buttons: [
      ...(did === 'is removed'
        ? []
        : [button({ text: 'Settings', actionId: 'warmup.settings', value: mailboxId })]),
      button({ text: 'Open mailbox', actionId: 'mailboxes.get', value: mailboxId }),
    ],
  })
}

/** Returns which settings have changed, each with its old and new value. */
function settingsReceipt(
  { email, mailboxId }: OfMailbox,
  old: Values,
  given: Values,
  fields: Readonly<Record<string, z.ZodType>>,
): Message {
  const changed = Object.entries(given).filter(([name, value]) => value !== undefined && value !== old[name])
  const lines = changed.map(([name, value]) => {
    const label = (fields[name]?.meta() as { label?: string } | undefined)?.label ?? name
    return `${label}: ${shown(old[name])} → *${shown(value)}*`
  })
  return receipt({
    text: changed.length
      ? `:white_check_mark: Warm-up settings of *${escapeText(email)}* saved`
      : `:information_source: Nothing changed: these are already the warm-up settings of *${escapeText(email)}*`,
    follows: lines,
    buttons: [button({ text: 'Change again', actionId: 'warmup.settings', value: mailboxId })],
  })
}

function shown(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return value === undefined || value === '' ? 'not set' : escapeText(value)
}

/** The warm-up of the one mailbox that a request is about; nothing where it has none. */
async function warmupOf({ cmr, sent }: ReconcileRequest): Promise<JsonObject | undefined> {
  const mailboxId = String(sent.query.mailboxId ?? sent.body.mailboxId)
  const { data } = await cmr.mailboxes.get({ query: { mailboxId } })
  const warmup = ((data as JsonObject).warmup ?? undefined) as JsonObject | undefined
  return textOf(warmup, 'status') === 'STOPPED' ? undefined : warmup
}

const reconcileWarmupStart: Reconciler = async (asked) => {
  const status = textOf(await warmupOf(asked), 'status')
  return outcomes(asked.waiting, () => (status === 'PENDING' ? 'begun' : status ? 'done' : undefined))
}

const reconcileWarmupEnd: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  return outcomes(asked.waiting, () => (warmup ? undefined : 'done'))
}

/** A status, or settings: what was sent is what is there. */
const reconcileWarmupChange: Reconciler = async (asked) => {
  const warmup = await warmupOf(asked)
  const same = Object.entries(asked.sent.body).every(([field, value]) => warmup?.[field] === value)
  return outcomes(asked.waiting, () => (same ? 'done' : undefined))
}

/** A mailbox as the confirmations and receipts of its warm-up need it. */
interface Warmed {
  readonly email: string
  readonly warmup: Values | undefined
}

async function warmed({ cmr }: CommandContext, id: string): Promise<Warmed> {
  const { data } = await cmr.mailboxes.get({ query: { mailboxId: id } })
  const found = data.warmup
  // One that was stopped is over: a new one may start.
  const live = found && found.status !== 'STOPPED' ? found : undefined
  return { email: data.email ?? id, warmup: live }
}

/** @throws InputError where there is none to change */
async function warming(
  context: CommandContext,
  id: string,
  advice = 'Start it first: /cmr warmup add',
): Promise<Warmed> {
  const found = await warmed(context, id)
  if (!found.warmup) throw new InputError('mailboxId', `${found.email} has no warm-up. ${advice}`)
  return found
}

const before = ({ context, ids }: { context: CommandContext; ids: Values }) =>
  warming(context, String(ids.mailboxId))

const settings = warmup.settings.body.shape
const percent = 'A rate is from 0 to 100 percent.'
const ranges: [least: keyof typeof settings, most: keyof typeof settings, sentence: string][] = [
  ['minimumWarmupLimit', 'warmupLimit', 'The minimum cannot be more than the e-mails per day'],
  [
    'minimumDelayBetweenWarmupEmails',
    'maximumDelayBetweenWarmupEmails',
    'The minimum delay cannot be longer than the maximum',
  ],
]

async function todays(context: CommandContext, values: Values): Promise<Prefill> {
  if (!values.mailboxId) return { values: {} }
  const { ids } = await named(context, z.object({ mailboxId }), { mailboxId: values.mailboxId })
  const { warmup: now = {} } = await warming(context, String(ids.mailboxId))
  return { values: Object.fromEntries(Object.keys(settings).map((name) => [name, now[name] ?? ''])) }
}

const change = endpointCommand(warmup.settings, {
  summary: 'Change warm-up settings',
  about: 'Changes how many e-mails a mailbox’s warm-up sends and how they are handled.',
  reconcile: reconcileWarmupChange,
  example: 'jane@acme.com --e-mails-per-day 40 --reply-rate 30',
  submit: 'Save',
  input: z
    .object({ mailboxId: mailboxId.meta({ reloads: true }), ...settings })
    .superRefine((given, refinement) => {
      const refuse = (field: string, message: string) =>
        refinement.addIssue({ code: 'custom', path: [field], message })
      for (const name of ['warmupReplyRate', 'warmupOpenRate', 'warmupSpamProtectionRate'] as const)
        if ((given[name] ?? 0) > 100) refuse(name, percent)
      for (const [least, most, sentence] of ranges) {
        const [from, to] = [given[least], given[most]]
        if (typeof from === 'number' && typeof to === 'number' && from > to)
          refuse(least, `${sentence} (${to}).`)
      }
    }),
  positional: ['mailboxId'],
  picks: ['mailboxId'],
  prefill: todays,
  follow: todays,
  before,
  show: (_, { ids, before: { email, warmup: old = {} } }) => {
    const { mailboxId: id, ...given } = ids
    return settingsReceipt({ email, mailboxId: id }, old, given, settings)
  },
})

/** `/cmr warmup …` */
export const warmupCommands = [
  endpointCommand(warmup.add, {
    summary: 'Start a warm-up',
    about:
      'Starts warming up a mailbox: it sends and answers a few e-mails a day so that receivers trust it.',
    expects: eachIn('query', 'mailboxId', 'warm-up'),
    reconcile: reconcileWarmupStart,
    submit: 'Start',
    before: ({ context, ids }) => warmed(context, String(ids.mailboxId)),
    async asks({ before: { email, warmup: running } }) {
      if (running) throw new InputError('mailboxId', `${email} is already being warmed up.`)
      return {
        text: `*Start warming up ${escapeText(email)}?*\nIt sends and answers a few e-mails a day, more each day, so that receivers trust it. It renews with the subscription until it is removed.`,
      }
    },
    price: ({ context, ids }) => warmupPrice(context, String(ids.mailboxId)),
    show: (_, { ids, before: { email } }) =>
      warmupReceipt({ email, mailboxId: String(ids.mailboxId) }, 'starts'),
  }),
  change,
  endpointCommand(warmup.status, {
    summary: 'Pause or resume warm-up',
    about: 'Pauses the warm-up of a mailbox, or resumes it.',
    reconcile: reconcileWarmupChange,
    example: 'jane@acme.com paused',
    submit: 'Save',
    before,
    question: ({ ids, before: { email } }) =>
      pauseQuestion(email, ids.status === 'PAUSED' ? 'PAUSED' : 'ACTIVE'),
    show: (_, { ids, before: { email } }) =>
      warmupReceipt(
        { email, mailboxId: String(ids.mailboxId) },
        ids.status === 'PAUSED' ? 'is paused' : 'goes on',
      ),
  }),
  endpointCommand(warmup.toggle, {
    summary: 'Toggle a warm-up',
    about: 'Pauses a warm-up that runs, or resumes one that is paused.',
    rare: true,
    submit: 'Toggle',
    before,
    question: ({ before: { email, warmup: old } }) =>
      pauseQuestion(email, old?.status === 'ACTIVE' ? 'PAUSED' : 'ACTIVE'),
    show: (_, { ids, before: { email, warmup: old } }) =>
      warmupReceipt(
        { email, mailboxId: String(ids.mailboxId) },
        old?.status === 'ACTIVE' ? 'is paused' : 'goes on',
      ),
  }),
  endpointCommand(warmup.remove, {
    summary: 'Remove a warm-up',
    about: 'Removes the warm-up of a mailbox and ends its billing. The trust it has built fades.',
    expects: eachIn('query', 'mailboxId', 'warm-up end'),
    reconcile: reconcileWarmupEnd,
    submit: 'Remove',
    before: ({ context, ids }) => warming(context, String(ids.mailboxId), 'There is nothing to remove.'),
    asks: async ({ before: { email } }) => ({
      text: `*Remove the warm-up of ${escapeText(email)}?*\nThe trust it has built fades, and a new warm-up starts from nothing. What is paid for this month is not refunded. To stop it only for a while, pause it: \`/cmr warmup status ${escapeText(email)} PAUSED\``,
      typed: email,
    }),
    show: (_, { ids, before: { email } }) =>
      warmupReceipt({ email, mailboxId: String(ids.mailboxId) }, 'is removed'),
  }),
]
