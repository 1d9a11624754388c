import type { KnownBlock } from '@slack/types'
import { createAccess } from './access/access.ts'
import { type ApprovedRequest, type ApprovedRun, createApprovals } from './access/approvals/approvals.ts'
import { createAudit } from './access/audit/audit.ts'
import { createAuditRetention } from './access/audit/retention.ts'
import { createMembershipGuard, installedWorkspace } from './access/membership.ts'
import { offeredTo } from './access/permit.ts'
import { createUserGroups } from './access/user-groups.ts'
import type { Command } from './commands/command.ts'
import type { Caller } from './commands/context.ts'
import { createDrafts } from './commands/drafts.ts'
import { createPlaces } from './commands/places.ts'
import type { Registry } from './commands/registry.ts'
import { auditKeysIn } from './config.ts'
import type { Ingests } from './events/ingest.ts'
import type { Foundation } from './foundation.ts'
import type { Waiting } from './health/health.ts'
import { imports } from './imports/commands.ts'
import { createImportReporter } from './imports/reporter.ts'
import { createRunner } from './imports/runner.ts'
import { commandContext, type SharedContext } from './listeners/app-context.ts'
import { messageOf } from './listeners/outcome-message.ts'
import { createFollowUps } from './operations/follow-ups.ts'
import { type OperationContext, perform } from './operations/perform.ts'
import { createOperationPoller } from './operations/poller.ts'
import { createReceipts, type Receipts } from './operations/receipts.ts'
import { operationWithKey } from './operations/store/operations.ts'
import { createDigests } from './renewals/digest/digests.ts'
import { createReportReader } from './renewals/digest/report.ts'
import { createDashboardReader } from './renewals/home/dashboard.ts'
import { createHome } from './renewals/home/home.ts'

/** How far confirmations look whether the wallet lasts. */
const WALLET_HORIZON_DAYS = 90

/**
 * Connects what commands are handed with what carries on after them: approvals, operations, imports, App Home, digests.
 * Each part takes of the foundation what it declares.
 * @param more.registry the commands, which are built from parts of this
 * @param more.onReceipt there may be something to post under a receipt
 * @param more.ingestFound stores what asking CMR shows to have failed
 * @param more.silentSince since when CMR has not answered the refresh
 */
export function connectCommands(
  foundation: Foundation,
  more: {
    readonly registry: () => Registry
    readonly onReceipt: () => void
    readonly silentSince: () => Date | undefined
    readonly ingestFound: Ingests['ingestFound']
  },
) {
  const { config, store, cmr, slack, files, prices, deadlines, traitsOf, clock, logger, zone } = foundation
  const { silentSince, ingestFound } = more
  const { CMR_ADMINS: admins, CMR_AUDIT_DAYS: days } = config
  const keys = auditKeysIn(config)
  const audit = createAudit({ store, keys })
  const access = createAccess({
    ...foundation,
    admins,
    defaultRole: config.CMR_DEFAULT_ROLE,
    groups: createUserGroups(slack, foundation),
  })
  const members = createMembershipGuard({
    ...foundation,
    workspace: () => installedWorkspace(slack),
    admins,
  })
  const receipts = createReceipts({ ...foundation, onPosted: more.onReceipt })
  const shared: SharedContext = {
    cmr,
    store,
    files,
    places: createPlaces(cmr),
    prices,
    async walletNeeds() {
      const { days, missing } = await foundation.forecast(WALLET_HORIZON_DAYS)
      return missing.length > 0 ? undefined : days.map(({ neededCents }) => neededCents)
    },
    drafts: createDrafts(store, clock),
    access,
    namesOf: members.namesOf,
    audit,
    approvals: { request: (wish) => approvals.request(wish) },
    members,
    deadlines,
    traitsOf,
    clock,
    logger,
    zone,
  }
  const contextOf = (caller: Caller) => commandContext({ shared }, caller)
  const approvals = createApprovals({
    ...foundation,
    audit,
    commandById: (id) => more.registry().byId(id),
    quote: async (command, caller, input) => command.confirm?.(contextOf(caller), input),
    run: (command, caller, input, approval) =>
      runApproved(contextOf(caller), receipts, command, input, approval),
  })
  const dashboard = createDashboardReader({ ...foundation, silentSince })
  const home = createHome({
    ...foundation,
    members,
    access,
    offered: (userId, blocks) =>
      offeredTo(contextOf({ userId, teamId: '' }), more.registry(), blocks as KnownBlock[]),
    dashboard,
  })
  const readReport = createReportReader({ ...foundation, silentSince })
  const operationPoller = createOperationPoller({ ...foundation, ingestFound })
  const importReporter = createImportReporter(foundation)
  const cmrPause: Waiting = {
    async waits() {
      const ms = cmr.pausedMs()
      return ms > 0 ? [{ what: 'requests to CMR', ms, why: 'CMR asked the bot to pause' }] : []
    },
    endWaits: cmr.endPause,
  }
  return {
    shared,
    access,
    audit,
    members,
    home,
    receipts,
    readReport,
    operationPoller,
    waiting: [receipts, importReporter, cmrPause],
    /** What sees operations to their end. */
    operating: [receipts, operationPoller, createFollowUps({ ...foundation, audit })],
    /** What people have set going and look at. */
    carryingOn: [
      importReporter,
      createRunner({ ...foundation, imports, commandContext: contextOf }),
      approvals,
      ...(days > 0 ? [createAuditRetention({ ...foundation, audit, keys, days })] : []),
      home,
      createDigests({ ...foundation, readReport }),
    ],
  }
}

/** Runs what was approved as the one who asked for it, in their channel; a second run with the same id does nothing. */
async function runApproved(
  context: OperationContext,
  receipts: Pick<Receipts, 'show'>,
  command: Command,
  input: Record<string, unknown>,
  { id, cents, requestedAt }: ApprovedRequest,
): Promise<ApprovedRun> {
  const result = await perform(command, context, input, {
    submissionKey: id,
    approved: { cents },
    shownAt: requestedAt,
  })
  const earlier = result.kind === 'duplicate' ? await operationWithKey(context.store.db, id) : undefined
  const operationId = earlier?.id ?? ('operationId' in result ? result.operationId : undefined)
  if (result.kind !== 'done' && result.kind !== 'duplicate')
    return { outcome: (await messageOf(context, context.caller, command, input, result)).text, operationId }
  // What is about the bot itself has no receipt.
  if (result.kind === 'done' && command.own) return { outcome: result.outcome.message.text }
  if (operationId) await receipts.show(operationId)
  return { outcome: 'It was sent to CMR; its receipt shows how it ends.', operationId }
}
