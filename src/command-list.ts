import type { AccessNeeds } from './access/access-command.ts'
import { auditCommands } from './access/audit/commands.ts'
import { accessCommands } from './access/commands/index.ts'
import type { AlertService } from './alerts/commands/alert-command.ts'
import { eventCommands } from './alerts/commands/events.ts'
import { failureCommands } from './alerts/commands/failed.ts'
import { dutyCommands } from './alerts/commands/on-call.ts'
import { routeCommands } from './alerts/commands/routes.ts'
import type { CmrApi } from './cmr/client.ts'
import { helpCommand } from './commands/help-command.ts'
import { createRegistry, type Registry } from './commands/registry.ts'
import { statusCommand } from './commands/status.ts'
import { diagnose } from './diagnose/command.ts'
import { find } from './directory/find/command.ts'
import type { Health } from './health/health.ts'
import { withImports } from './imports/commands.ts'
import { operationCommands } from './operations/commands.ts'
import type { OperationDeadlines } from './operations/deadlines.ts'
import type { OperationPoller } from './operations/poller.ts'
import { renewMany } from './renewals/bulk/command.ts'
import { digestCommands } from './renewals/digest/commands.ts'
import type { ReportReader } from './renewals/digest/report.ts'
import { autoRenewMany } from './renewals/upcoming/auto-renew.ts'
import { upcomingCommands } from './renewals/upcoming/commands.ts'
import { withCsv } from './resources/csv-lists.ts'
import { dnsCommands } from './resources/dns/commands.ts'
import { domainCommands } from './resources/domains/commands.ts'
import { collectTraits } from './resources/endpoint-traits.ts'
import { errorCommands } from './resources/errors/commands.ts'
import { exportCommands } from './resources/exports/commands.ts'
import { geoCommands } from './resources/geo/commands.ts'
import { mailboxCommands } from './resources/mailboxes/commands.ts'
import { orderCommands } from './resources/orders/commands.ts'
import { placementCommands } from './resources/placement/commands.ts'
import { prewarmCommands } from './resources/prewarm/commands.ts'
import { subscriptionCommands } from './resources/subscriptions/commands.ts'
import { userCommands } from './resources/users/commands.ts'
import { walletCommands } from './resources/wallet/commands.ts'
import { warmupCommands } from './resources/warmup/commands.ts'

/** The commands of CMR's endpoints. */
const endpointCommands = [
  ...userCommands,
  ...geoCommands,
  ...walletCommands,
  ...domainCommands,
  ...dnsCommands,
  ...orderCommands,
  ...mailboxCommands,
  ...warmupCommands,
  ...placementCommands,
  ...subscriptionCommands,
  ...exportCommands,
  ...prewarmCommands,
  ...errorCommands,
]

/** What is known of CMR's endpoints beyond their declarations. */
export const traitsOf = collectTraits([...endpointCommands, renewMany])

/** Returns every command with what it needs, in the order in which help lists them. */
export function createCommands(parts: {
  readonly alerts: AlertService
  readonly access: Omit<AccessNeeds, 'registry'>
  readonly operationPoller: Pick<OperationPoller, 'check'>
  readonly deadlines: OperationDeadlines
  readonly health: Pick<Health, 'status'>
  readonly readReport: ReportReader
  /** CMR at the pace of an import. */
  readonly bulkCmr: CmrApi
}): Registry {
  const { alerts, operationPoller, deadlines, health, readReport, bulkCmr } = parts
  const things = [
    find,
    diagnose,
    ...endpointCommands,
    ...upcomingCommands,
    renewMany,
    autoRenewMany,
    ...[...routeCommands, ...dutyCommands, ...failureCommands, ...eventCommands].map((one) =>
      one({ alerts }),
    ),
    ...digestCommands({ alerts, readReport }),
  ]
  const commands = [
    ...withImports(things, bulkCmr),
    ...operationCommands({ operationPoller, deadlines, commandById: (id) => registry.byId(id) }),
    ...accessCommands({ ...parts.access, registry: () => registry }),
    ...auditCommands,
    statusCommand(health),
    helpCommand(() => registry),
  ]
  const registry: Registry = createRegistry(commands.map(withCsv))
  return registry
}

/** Returns every command as it is declared, for those who read declarations and run none. */
export function declaredCommands(): Registry {
  return createCommands({} as Parameters<typeof createCommands>[0])
}
