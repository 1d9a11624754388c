import { dutyCommands } from './alert-duty.ts'
import { failureCommands } from './alert-failures.ts'
import { alertCommands } from './alerts.ts'
import { withCsv } from './csv-lists.ts'
import { dnsCommands } from './dns.ts'
import { domainCommands } from './domains.ts'
import { errorCommands } from './errors.ts'
import { eventCommands } from './events.ts'
import { exportCommands } from './exports.ts'
import { find } from './find.ts'
import { geoCommands } from './geo.ts'
import { withImports } from './imports.ts'
import { mailboxCommands } from './mailboxes.ts'
import { orderCommands } from './orders/index.ts'
import { withOwnCommands } from './own.ts'
import { placementCommands } from './placement.ts'
import { prewarmCommands } from './prewarm.ts'
import type { Registry } from './registry.ts'
import { subscriptionCommands } from './subscriptions.ts'
import { userCommands } from './users.ts'
import { walletCommands } from './wallet.ts'
import { warmupCommands } from './warmup.ts'

/** Everything that people can say, in the order in which help lists it. */
export function createCommands(): Registry {
  const said = [
    find,
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
  return withOwnCommands(withImports(said.map(withCsv)))
}
