import { withImports } from './imports.ts'
import { dutyCommands } from './nouns/alerts/duty.ts'
import { failureCommands } from './nouns/alerts/failed.ts'
import { alertCommands } from './nouns/alerts/routes.ts'
import { diagnose } from './nouns/diagnose/diagnose.ts'
import { dnsCommands } from './nouns/dns/dns.ts'
import { domainCommands } from './nouns/domains.ts'
import { errorCommands } from './nouns/errors.ts'
import { eventCommands } from './nouns/events.ts'
import { exportCommands } from './nouns/exports/exports.ts'
import { find } from './nouns/find.ts'
import { geoCommands } from './nouns/geo.ts'
import { withOwnCommands } from './nouns/help.ts'
import { mailboxCommands } from './nouns/mailboxes/mailboxes.ts'
import { orderCommands } from './nouns/orders/orders.ts'
import { placementCommands } from './nouns/placement.ts'
import { prewarmCommands } from './nouns/prewarm.ts'
import { subscriptionCommands } from './nouns/subscriptions.ts'
import { userCommands } from './nouns/users.ts'
import { walletCommands } from './nouns/wallet.ts'
import { warmupCommands } from './nouns/warmup.ts'
import type { Registry } from './registry.ts'

/** Everything that people can say, in the order in which help lists it. */
export function createCommands(): Registry {
  const said = [
    find,
    diagnose,
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
    ...alertCommands,
    ...dutyCommands,
    ...failureCommands,
    ...eventCommands,
  ]
  return withOwnCommands(withImports(said))
}
