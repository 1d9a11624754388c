import { eventCommands } from './alerts/commands/events.ts'
import { failureCommands } from './alerts/commands/failed.ts'
import { dutyCommands } from './alerts/commands/on-call.ts'
import { alertCommands } from './alerts/commands/routes.ts'
import type { Registry } from './commands/registry.ts'
import { diagnose } from './diagnose/command.ts'
import { find } from './directory/find/command.ts'
import { withOwnCommands } from './help-commands.ts'
import { withImports } from './imports/commands.ts'
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
export const traitsOf = collectTraits(endpointCommands)

/** Everything that people can say, in the order in which help lists it. */
export function createCommands(): Registry {
  const said = [
    find,
    diagnose,
    ...endpointCommands,
    ...alertCommands,
    ...dutyCommands,
    ...failureCommands,
    ...eventCommands,
  ]
  return withOwnCommands(withImports(said))
}
