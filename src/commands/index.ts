import { endpointCommands } from './endpoints.ts'
import { geoCommands } from './geo.ts'
import { withOwnCommands } from './own.ts'
import type { Registry } from './registry.ts'
import { userCommands } from './users.ts'
import { walletCommands } from './wallet.ts'

/** Everything that people can say. */
export function createCommands(): Registry {
  return withOwnCommands([...userCommands, ...geoCommands, ...walletCommands, ...endpointCommands])
}
