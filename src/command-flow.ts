import type { KnownBlock } from '@slack/types'
import { createAccess } from './access/access.ts'
import { createApprovals } from './access/approvals/approvals.ts'
import { createAudit } from './access/audit/audit.ts'
import { createAuditRetention } from './access/audit/retention.ts'
import { createMembershipGuard, installedWorkspace } from './access/membership.ts'
import { offeredTo } from './access/permit.ts'
import { createUserGroups } from './access/user-groups.ts'
import { runApproved } from './approved-run.ts'
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
import { createFollowUps } from './operations/follow-ups.ts'
import { createOperationPoller } from './operations/poller.ts'
import { createReceipts } from './operations/receipts.ts'
import { createDigests } from './renewals/digest/digests.ts'
import { createReportReader } from './renewals/digest/report.ts'
import { createDashboardReader } from './renewals/home/dashboard.ts'
import { createHome } from './renewals/home/home.ts'

/** How far confirmations look whether the wallet lasts. */
const WALLET_HORIZON_DAYS = 90

/**
 * Connects what commands are handed with what carries on after them: approvals, operations, imports, App Home, digests.
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
  const { config, store, cmr, slack, files, messages, clock, monotonic, logger } = foundation
  const { notifyAdmins, prices, zone, deadlines, traitsOf } = foundation
  const { editPaceMs } = foundation.pace
  const { silentSince } = more
  const admins = config.CMR_ADMINS
  const auditKeys = auditKeysIn(config)
  const audit = createAudit({ store, keys: auditKeys })
  const access = createAccess({
    store,
    admins,
    defaultRole: config.CMR_DEFAULT_ROLE,
    groups: createUserGroups(slack, { logger, monotonic }),
    clock,
  })
  const members = createMembershipGuard({
    slack,
    workspace: () => installedWorkspace(slack),
    store,
    admins,
    notifyAdmins,
    clock,
    logger,
  })
  const receipts = createReceipts({ store, messages, editPaceMs, clock, logger, onPosted: more.onReceipt })
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
    store,
    audit,
    messages,
    commandById: (id) => more.registry().byId(id),
    quote: async (command, caller, input) => command.confirm?.(contextOf(caller), input),
    run: (command, caller, input, approval) =>
      runApproved(contextOf(caller), receipts, command, input, approval),
    clock,
    logger,
  })
  const dashboard = createDashboardReader({ store, prices, zone, clock, silentSince, monotonic, logger })
  const home = createHome({
    store,
    slack,
    members,
    access,
    offered: (userId, blocks) =>
      offeredTo(contextOf({ userId, teamId: '' }), more.registry(), blocks as KnownBlock[]),
    dashboard,
    clock,
    monotonic,
    logger,
  })
  const readReport = createReportReader({ store, prices, zone, clock, silentSince })
  const operationPoller = createOperationPoller({
    store,
    cmr,
    clock,
    deadlines,
    traitsOf,
    ingestFound: more.ingestFound,
    logger,
  })
  const importReporter = createImportReporter({ store, slack, messages, files, editPaceMs, clock, logger })
  const cmrPause: Waiting = {
    async waits() {
      const ms = cmr.pausedMs()
      return ms > 0 ? [{ what: 'requests to CMR', ms, why: 'CMR asked the bot to pause' }] : []
    },
    endWaits: cmr.endPause,
  }
  const days = config.CMR_AUDIT_DAYS
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
    operating: [
      receipts,
      operationPoller,
      createFollowUps({ store, cmr, audit, clock, deadlines, traitsOf, logger }),
    ],
    /** What people have set going and look at. */
    carryingOn: [
      importReporter,
      createRunner({ store, cmr, imports, commandContext: contextOf, clock, logger }),
      approvals,
      ...(days > 0 ? [createAuditRetention({ store, audit, keys: auditKeys, days, clock, logger })] : []),
      home,
      createDigests({ store, messages, readReport, clock, logger }),
    ],
  }
}
