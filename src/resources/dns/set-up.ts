import { z } from 'zod'
import { namesOfRecord } from '../../cmr/dns-record.ts'
import { type Command, type Confirmation, command, InputError } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { thingsCalled } from '../../directory/names/called.ts'
import { domainHoldings } from '../../directory/store/holdings.ts'
import {
  type ExpectedResult,
  type FollowUp,
  isAbleToSend,
  mailChecks,
  outcomes,
  type Reconciler,
  type RequestContent,
} from '../../operations/expected-results.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import { expectedResultsOfOperations } from '../../operations/store/expected-results.ts'
import { operationOf } from '../../operations/store/operations.ts'
import {
  counted,
  cut,
  escapeSentence,
  escapeText,
  sections,
  context as smallPrint,
} from '../../slack/blocks.ts'
import { receiptPlace } from '../confirmations.ts'
import { withTraits } from '../endpoint-traits.ts'
import {
  checkingMail,
  dkimSource,
  type MailProvider,
  mailFindings,
  type NeededRecord,
  neededRecord,
  providerNames,
} from './mail.ts'
import { recordLine } from './messages.ts'
import { addedTagsLines, asItWillStand, type OfDomain } from './records.ts'
import { domainDetails, reconcileAddedRecords, recordsOf } from './zone.ts'

/** Domains of one confirmation: each is read twice at CMR. */
const MOST_DOMAINS = 50

const planned = z.object({
  userId: z.string(),
  domain: z.string(),
  records: z.array(
    z.object({
      host: z.string(),
      recordType: z.enum(['MX', 'TXT', 'CNAME']),
      value: z.string(),
      priority: z.number().optional(),
    }),
  ),
})
type PlannedDomain = z.output<typeof planned>

const input = z
  .object({
    domains: z
      .array(z.string())
      .max(MOST_DOMAINS, `At most ${MOST_DOMAINS} at once.`)
      .optional()
      .meta({ label: 'Domains', hint: 'Separated by commas or spaces', example: 'acme.com' }),
    // Whose button it is: the domains of that order.
    operation: z.string().optional().meta({ label: 'Order', hidden: true }),
    // Written by the confirmation: what was shown is what is sent.
    plan: z.array(planned).optional().meta({ label: 'Plan', hidden: true }),
  })
  .superRefine(({ domains, operation, plan }, { addIssue }) => {
    if (domains?.length || operation || plan) return
    addIssue({ code: 'custom', path: ['domains'], message: 'Name the domains that should send mail.' })
  })
type SetUpInput = z.output<typeof input>

async function domainsMeant(
  context: CommandContext,
  { domains = [], operation }: SetUpInput,
): Promise<OfDomain[]> {
  const { store } = context
  if (operation) {
    const found = await operationOf(store.db, operation)
    const { query } = JSON.parse(found?.request ?? '{"query":{}}') as RequestContent
    const { userId = query.userId } = JSON.parse(found?.subject ?? '{}') as { userId?: unknown }
    if (!found || typeof userId !== 'string')
      throw new InputError('domains', 'That order is no longer stored. Name its domains.')
    const checks = mailChecks(await expectedResultsOfOperations(store.db, [operation]))
    return checks.filter((one) => !isAbleToSend(one)).map(({ domain }) => ({ userId, domain }))
  }
  const things = await thingsCalled(context, 'domain', domains, 'domains')
  return Promise.all(
    things.map(async ({ id, userId }) => {
      const owner = userId ?? (await domainHoldings(store.db, { domain: id.toLowerCase() }))[0]?.userId
      if (!owner)
        throw new InputError(
          'domains',
          `The bot does not know yet whose ${id} is. Try again in a few minutes.`,
        )
      return { userId: owner, domain: id.toLowerCase() }
    }),
  )
}

/** What one domain lacks, and what is left to do by hand; lines are mrkdwn. */
interface SetUpPlan {
  readonly planned: PlannedDomain
  readonly provider: MailProvider
  readonly lacksDkim: boolean
  readonly lines: readonly string[]
  readonly wrong: readonly string[]
}

async function planFor(context: CommandContext, of: OfDomain): Promise<SetUpPlan> {
  const [{ records }, { provider }] = await Promise.all([recordsOf(context, of), domainDetails(context, of)])
  const findings = mailFindings(records, provider)
  const added = findings.filter(({ need, state }) => state === 'missing' && need !== 'DKIM')
  const wanted = added.map(({ need }): NeededRecord => neededRecord(need, { domain: of.domain, provider }))
  const name = escapeText(of.domain)
  return {
    planned: { ...of, records: wanted },
    provider,
    lines: wanted.length ? [`*${name}*`, ...wanted.map((one) => `• ${recordLine(asItWillStand(one))}`)] : [],
    lacksDkim: findings.some(({ need, state }) => need === 'DKIM' && state === 'missing'),
    wrong: findings.flatMap(({ need, state, sentence }) =>
      state === 'wrong' ? [`${need} of *${name}* is there and wrong: ${escapeSentence(sentence)}`] : [],
    ),
  }
}

/** What nobody can add from here: the keys of DKIM, and records that have to be changed. */
function leftToDo(plans: readonly SetUpPlan[]): string[] {
  const byProvider = Map.groupBy(
    plans.filter(({ lacksDkim }) => lacksDkim),
    ({ provider }) => provider,
  )
  const keys = [...byProvider].map(([provider, own]) => {
    const names = own.map(({ planned }) => escapeText(planned.domain)).join(', ')
    return `DKIM of *${cut(names, 1500)}* is created by ${providerNames[provider]}: ${dkimSource[provider]}`
  })
  return [...plans.flatMap(({ wrong }) => wrong), ...keys]
}

async function ask(context: CommandContext, given: SetUpInput): Promise<Confirmation> {
  const meant = given.plan ?? (await domainsMeant(context, given))
  const plans = await Promise.all(meant.map((of) => planFor(context, of)))
  const plan = plans.map((one) => one.planned).filter(({ records }) => records.length > 0)
  const left = leftToDo(plans)
  const rest =
    left.length > 0 ? sections(['*Left to do by hand*', ...left.map((line) => `• ${line}`)]).slice(0, 3) : []
  if (plan.length === 0)
    return { text: ':white_check_mark: *MX, SPF and DMARC are all there.*', blocks: rest, refused: true }
  const count = plan.reduce((sum, { records }) => sum + records.length, 0)
  const dmarc = plan.flatMap(({ records }) => records).find(({ host }) => host === '_dmarc')
  return {
    text: `*Add ${counted(count, 'record')} to ${counted(plan.length, 'domain')}?*`,
    blocks: [
      ...sections(plans.flatMap(({ lines }) => lines)).slice(0, 12),
      ...(dmarc
        ? sections(addedTagsLines(dmarc, 'To leave some out, add DMARC with `/cmr dns add` instead.'))
        : []),
      ...rest,
      smallPrint('It can take up to 48 hours until everybody sees them.', receiptPlace(context)),
    ],
    submit: `Add ${counted(count, 'record')}`,
    input: { domains: undefined, operation: undefined, plan },
  }
}

/** A record of a zone goes by its type and host, so that each of several is waited for by itself. */
function resultOf(domain: string, record: NeededRecord): ExpectedResult {
  return { kind: 'record', name: namesOfRecord(domain, record)?.short ?? domain }
}

/** One request a record, so that what CMR refuses concerns that alone; then a look at what the domain still lacks. */
function requestsOf(plan: readonly PlannedDomain[]): FollowUp[] {
  return plan.flatMap(({ userId, domain, records }) => {
    const added = records.map(({ priority, ...record }): FollowUp => {
      const whole = { ...record, ...(priority !== undefined && { priority }) }
      return {
        part: resultOf(domain, whole),
        endpoint: 'dns.add',
        request: { query: { userId }, body: { domain, records: [whole] } },
        label: `${record.recordType} ${record.host} of ${domain}`,
      }
    })
    const last = added.at(-1)
    return last ? [...added, checkingMail({ userId, domain }, last.part)] : []
  })
}

/** Looks for each record as `dns add` does, a domain at a time. */
const reconcileSetUp: Reconciler = async (asked) => {
  const requests = (asked.sent.followUps ?? []).filter(({ endpoint }) => endpoint === 'dns.add')
  const found = await Promise.all(
    requests.map(async ({ part, request }) => {
      const waiting = asked.waiting.filter(({ kind, name }) => kind === part.kind && name === part.name)
      if (waiting.length === 0) return []
      const domain = String(request.body.domain)
      const [seen] = await reconcileAddedRecords({
        ...asked,
        sent: request,
        waiting: waiting.map((one) => ({ ...one, name: domain })),
      })
      return outcomes(waiting, () => seen?.state)
    }),
  )
  return found.flat()
}

/** `/cmr dns set-up`: what mail needs and the domains lack, added as one operation that ends with a look at them. */
export const setUp: Command = withTraits(
  command({
    noun: 'dns',
    verb: 'set-up',
    summary: 'Add what mail needs',
    about: 'Adds the MX, SPF and DMARC records that are missing, and says what is left to do.',
    effect: 'write',
    consequence: () => 'moves mail',
    async customers(context, { domains, operation, plan }) {
      if (!domains?.length && !operation && !plan) return undefined
      // Whose a planned domain is nobody takes a form's word for.
      const meant = plan ? { domains: plan.map(({ domain }) => domain) } : { domains, operation }
      return [...new Set((await domainsMeant(context, meant)).map(({ userId }) => userId))]
    },
    submit: 'Add',
    example: '"acme.com acme.io"',
    input,
    positional: ['domains'],
    label: ({ plan = [] }) => cut(plan.map(({ domain }) => domain).join(', '), 200),
    whenUnknown: () => 'Its receipt shows each record.',
    confirm: ask,
    async run({ sendPlanned }, { plan = [] }) {
      if (!sendPlanned) throw new Error('dns.set-up runs as an operation only')
      if (plan.length === 0) throw new InputError('domains', 'Run the command again: nothing was confirmed.')
      await sendPlanned(requestsOf(plan))
      const count = plan.reduce((sum, { records }) => sum + records.length, 0)
      return {
        message: receipt({
          text: `:outbox_tray: Adding *${counted(count, 'record')}* to *${counted(plan.length, 'domain')}*`,
          follows: [cut(escapeText(plan.map(({ domain }) => domain).join(', ')), 1500)],
        }),
        subject: { userId: plan[0]?.userId ?? '' },
      }
    },
  }),
  { reconcile: reconcileSetUp },
)
