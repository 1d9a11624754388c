import { z } from 'zod'
import { apiOf } from '../../cmr/client.ts'
import { CmrError } from '../../cmr/errors.ts'
import { InputError } from '../../commands/command.ts'
import { notice } from '../../commands/failure.ts'
import type { Values } from '../../commands/field.ts'
import { pageField, pageOfAll, turning } from '../../commands/paging.ts'
import { customersOfCaller, sensitiveChanges } from '../../commands/permissions.ts'
import { askAboutReaders, outsidersField } from '../../commands/readers-question.ts'
import { LATEST_SEARCHED } from '../../commands/search.ts'
import { type AccessContext, accessCommand, adminsMissing, changedBy } from '../access-command.ts'
import { approvalsSentence } from '../messages.ts'
import { customersNamed } from '../permit.ts'
import { changePolicy, currentPolicy } from '../policy.ts'
import { type ApprovalDecision, decideApproval } from './decide.ts'
import { approvalList } from './messages.ts'
import { type Approval, approvalOf, latestApprovals } from './store.ts'

const own = { noun: 'approvals', own: true } as const
const request = z.string().min(1).max(20).meta({ label: 'Request', example: '1a2b3c4d' })

/** Rows that one message shows. */
const SHOWN = 20
/** Requests that are looked at to be counted. */
const MOST = 2000

const list = accessCommand({
  ...own,
  verb: 'list',
  summary: 'List requests',
  about: 'Lists the requests that wait for an approval.',
  effect: 'read',
  customers: 'narrowed',
  submit: 'Show',
  input: z.object({
    all: z.boolean().optional().meta({ label: 'Include decided requests' }),
    page: pageField,
  }),
  positional: [],
  async run(context, { page = 1, ...given }) {
    const { all = false } = given
    const only = await customersOfCaller(context)
    const found = await latestApprovals(context.store.db, {
      open: !all,
      limit: only ? LATEST_SEARCHED : MOST,
    })
    // Whose it is that only CMR could say is nobody's to this list: it would be a request each.
    const asked = { ...context, cmr: unasked }
    const whose = only ? await Promise.all(found.map((one) => customersOfApproval(asked, one))) : []
    const seen = found.filter((one, at) => !only || isSeen(context, one, only, whose[at]))
    const { rows, place } = pageOfAll(seen, page, SHOWN)
    const listed = { total: seen.length, open: !all, place, turn: turning(given) }
    return { message: approvalList(rows, listed) }
  },
})

/** Refuses every question, as if CMR were away. */
const unasked = apiOf(async ({ id: endpoint }) => {
  throw new CmrError('CMR is not asked here.', { kind: 'unavailable', endpoint, mayHaveBeenAccepted: false })
})

/** Finds whose things a request is about. */
async function customersOfApproval(context: AccessContext, { command: id, input }: Approval) {
  const command = context.registry().byId(id)
  return command ? customersNamed(context, command, JSON.parse(input) as Values) : []
}

/** Their own request, and those about customers that they see. */
function isSeen(
  { caller }: AccessContext,
  { requester }: Approval,
  only: readonly string[],
  whose: readonly string[] | undefined,
): boolean {
  return requester === caller.userId || Boolean(whose?.length && whose.every((id) => only.includes(id)))
}

/** Finds whose things the request is about that is named; nobody's where there is none. */
async function customersOfRequest(
  context: AccessContext,
  { request: id }: { readonly request?: string | undefined },
): Promise<readonly string[] | undefined> {
  if (id === undefined) return undefined
  const row = await approvalOf(context.store.db, id.trim())
  return row ? ((await customersOfApproval(context, row)) ?? []) : []
}

async function decide(context: AccessContext, id: string, decision: ApprovalDecision) {
  const row = await approvalOf(context.store.db, id)
  const command = row && context.registry().byId(row.command)
  return { message: notice(await decideApproval(context, command, id, decision)) }
}

const approve = accessCommand({
  ...own,
  verb: 'approve',
  summary: 'Approve a request',
  customers: customersOfRequest,
  about: 'Approves what somebody has asked for. It then runs in their name.',
  effect: 'write',
  auditsItself: true,
  asks: 'nothing',
  input: z.object({ request }),
  positional: ['request'],
  run: (context, { request: id }) => decide(context, id.trim(), { kind: 'approve' }),
})

const refuse = accessCommand({
  ...own,
  verb: 'refuse',
  summary: 'Refuse a request',
  customers: customersOfRequest,
  about: 'Refuses what somebody has asked for, with a reason that they see.',
  effect: 'write',
  auditsItself: true,
  asks: 'nothing',
  input: z.object({
    request,
    why: z.string().min(1).max(500).meta({
      label: 'Why',
      hint: 'The person who asked reads this',
      example: 'Over budget this month',
      multiline: true,
    }),
  }),
  positional: ['request', 'why'],
  picks: ['request'],
  run: (context, { request: id, why }) => decide(context, id.trim(), { kind: 'refuse', why }),
})

const changes = z.array(z.enum(sensitiveChanges)).optional()

const setUp = accessCommand({
  ...own,
  verb: 'set',
  summary: 'Set up approvals',
  about: 'Chooses the channel where approvals are requested, and what always needs one.',
  effect: 'write',
  consequence: 'grants',
  asks: 'nothing',
  submit: 'Save',
  input: z.object({
    channel: z
      .string()
      .optional()
      .meta({ label: 'Approvals channel', slack: 'channel', hint: 'Empty: no approvals' }),
    approvers: z
      .number()
      .int()
      .min(1)
      .max(2)
      .optional()
      .meta({ label: 'Approvers', hint: '1 or 2; 1 by default' }),
    hours: z
      .number()
      .int()
      .min(1)
      .max(720)
      .optional()
      .meta({ label: 'Expires after hours', hint: '24 by default' }),
    always: changes.meta({
      label: 'Always ask for',
      hint: 'For everybody, admins included, at any price. “destroying” includes nameservers and recreation',
    }),
    twice: changes.meta({ label: 'Two approvers for', hint: 'In place of the number above' }),
    outsiders: outsidersField,
  }),
  positional: ['channel'],
  picks: [],
  example: '#billing --always destroying,roles --twice roles',
  async prefill({ store }) {
    const { approvals } = await currentPolicy(store)
    return { values: { ...approvals } }
  },
  async question({ channelAccess, store }, { channel, outsiders }) {
    if (channel === (await currentPolicy(store)).approvals.channel) return undefined
    const what = 'each request: who asks for what, why, and its price'
    return askAboutReaders(channelAccess, { channel, isAsked: outsiders, what })
  },
  async run(context, { channel: named, approvers = 1, hours = 24, always = [], twice = [] }) {
    const entered = named ? await context.channelAccess.enter(named) : undefined
    if (entered && !entered.ok) throw new InputError('channel', entered.sentence)
    const channel = entered?.id
    const approvals = { ...(channel && { channel }), approvers, hours, always, twice }
    await changePolicy(context, changedBy(context, 'approvals.set', approvals), (policy) => {
      const next = { ...policy, approvals }
      const missing = adminsMissing(next, context)
      if (missing) throw new InputError('always', `${missing} Nothing was changed.`)
      return next
    })
    const text = channel
      ? `:raised_hand: ${approvalsSentence(approvals)}.`
      : 'Approvals are off now: what a role does not allow is refused.'
    return { message: notice(text) }
  },
})

export const approvalCommands = [list, approve, refuse, setUp]
