import { z } from 'zod'
import { attemptNumbered, failuresOf } from '../../access/audit/audit-store.ts'
import { errors } from '../../cmr/endpoints/account.ts'
import { allEndpoints } from '../../cmr/endpoints/index.ts'
import { readTrace } from '../../cmr/errors.ts'
import { InputError, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { withoutLooks } from '../../operations/expected-results.ts'
import { expectedResultsOfOperations } from '../../operations/store/expected-results.ts'
import { type Operation, operationOf } from '../../operations/store/operations.ts'
import { subMilliseconds } from '../../process/dates.ts'
import { cut } from '../../slack/blocks.ts'
import type { Store } from '../../store/store.ts'
import { endpointCommand } from '../endpoint-command.ts'
import { reportReceipt } from '../receipts.ts'

const { message, actionId, orderId, domain, endpoint, status, context } = errors.send.body.shape
const input = z.object({
  message: message.meta({ label: 'What went wrong', multiline: true }),
  domain,
  actionId,
  orderId,
  endpoint,
  status,
  context: context.meta({
    label: 'Anything else',
    hint: 'The customer, the time and what was tried help CMR most. Never give a key or a password',
    multiline: true,
  }),
  failure: z.string().optional().meta({ label: 'Failure', hint: 'Its number fills this form', hidden: true }),
})

/** A failure as CMR's support asks for it. */
interface Failure {
  readonly at: string
  readonly endpoint: string
  readonly status?: string | undefined
  readonly sentence: string
  readonly actionId: string | null
  readonly orderId: string | null
  /** What it was about, by CMR's names. */
  readonly about: Readonly<Record<string, unknown>>
}

/** "Block Kit reference: plain-text input" takes 3,000. */
const LONGEST = 2000

/** What somebody met before this is not what they report now. */
const LATELY_MS = 60 * 60 * 1000

/** The last failure at CMR that somebody has just met, as the audit's row number. */
async function lastFailure({ store, caller, clock }: CommandContext): Promise<string | undefined> {
  const since = subMilliseconds(clock(), LATELY_MS)
  const attempts = await failuresOf(store.db, { actor: caller.userId, since })
  const [last] = attempts.filter(({ detail }) => readTrace(detail ?? ''))
  return last && String(last.id)
}

/** What others met is nobody's for whoever has a role for some customers; their own they have seen. */
async function ofOthers({ db }: Store, slackUserId: string, reference: unknown): Promise<[] | undefined> {
  if (typeof reference !== 'string') return undefined
  const attempt = /^\d{1,15}$/.test(reference) ? await attemptNumbered(db, Number(reference)) : undefined
  const actor = attempt?.actor ?? (await operationOf(db, reference))?.actor
  return actor === slackUserId ? undefined : []
}

/** @param reference a row number of the audit, or an operation's id */
async function failureOf({ db }: Store, reference: string): Promise<Failure | undefined> {
  const attempt = /^\d{1,15}$/.test(reference) ? await attemptNumbered(db, Number(reference)) : undefined
  const operation = await operationOf(db, attempt?.operation_id ?? reference)
  if (!attempt && !operation) return undefined
  const trace = readTrace(attempt?.detail ?? '')
  const subject = JSON.parse(operation?.subject ?? '{}') as Record<string, unknown>
  const { query, body } = JSON.parse(operation?.request ?? '{}') as { query?: object; body?: object }
  return {
    at: attempt?.at ?? operation?.created_at ?? '',
    endpoint: trace?.endpoint ?? attempt?.command ?? operation?.endpoint ?? '',
    status: trace?.status,
    sentence: trace?.sentence ?? attempt?.detail ?? (operation ? await storyOf(db, operation) : ''),
    actionId: attempt?.action_id ?? operation?.action_id ?? null,
    orderId: operation?.order_id ?? null,
    about: { ...query, ...body, ...(attempt && (JSON.parse(attempt.arguments) as object)), ...subject },
  }
}

/** What became of an operation that CMR took: what failed, what it came to, what it waits for. */
async function storyOf(db: Store['db'], { id, outcome }: Operation): Promise<string> {
  const parts = withoutLooks(await expectedResultsOfOperations(db, [id])).filter(
    ({ kind }) => kind !== 'change',
  )
  const failed = parts.filter(({ state }) => state === 'failed')
  if (failed.length > 0)
    return `Failed: ${failed.map(({ name, detail }) => (detail ? `${name} (${detail})` : name)).join(', ')}`
  if (outcome) return outcome
  const waiting = parts.filter(({ state }) => state === 'waiting').map(({ name }) => name)
  return waiting.length > 0 ? `Accepted, but not finished: ${waiting.join(', ')}` : ''
}

/** The domains that a request was about: names, or what an order says of each. */
function domainsIn(about: Failure['about']): string {
  const named = about.domain ?? about.domainName ?? about.domains ?? about.domainNames ?? about.order ?? []
  return [named]
    .flat()
    .map((one) => (typeof one === 'object' && one !== null ? (one as { domain?: unknown }).domain : one))
    .join(', ')
}

/** "POST /domains/renew": CMR's support does not know the names that the bot has for its endpoints. */
function addressOf(id: string): string {
  const found = allEndpoints.find((endpoint) => endpoint.id === id)
  return found ? `${found.method} ${found.path}` : id
}

async function filledFrom(store: Store, reference: string): Promise<Prefill> {
  const failure = await failureOf(store, reference)
  if (!failure) throw new InputError('failure', 'That failure is no longer stored. Fill in what you know.')
  const { about } = failure
  const lines = [
    about.userId && `User: ${about.userId}`,
    `Time: ${failure.at}`,
    about.subscriptionId && `Subscription: ${about.subscriptionId}`,
    about.mailboxId && `Mailbox: ${about.mailboxId}`,
  ]
  return {
    values: {
      message: cut(failure.sentence, LONGEST),
      domain: cut(domainsIn(about), LONGEST),
      actionId: failure.actionId ?? '',
      orderId: failure.orderId ?? about.orderId ?? '',
      endpoint: addressOf(failure.endpoint),
      status: failure.status ?? '',
      context: lines.filter(Boolean).join('\n'),
    },
  }
}

/** `/cmr errors …` */
export const errorCommands = [
  endpointCommand(errors.send, {
    summary: 'Report to CMR',
    customers: ({ store, caller }, { failure }) => ofOthers(store, caller.userId, failure),
    about: 'Reports a problem to CMR’s support.',
    submit: 'Send to CMR',
    input,
    positional: ['message'],
    // What went wrong is not all that CMR's support asks for.
    picks: ['message', 'failure'],
    async prefill(context, { failure }) {
      const reference = typeof failure === 'string' ? failure : await lastFailure(context)
      return reference === undefined ? { values: {} } : filledFrom(context.store, reference)
    },
    request: ({ failure: _, ...body }) => ({ body }),
    show: (answer, { input: given }) => reportReceipt(given.message, answer),
  }),
]
