import type { Corrections } from './cmr/corrections.ts'
import { type Endpoint, inferredOf } from './cmr/endpoint.ts'
import { allEndpoints } from './cmr/endpoints/index.ts'

/**
 * Tells what of CMR's API is inferred, and which of it people here rely on. "In use" is what the audit and the
 * operations of this store have seen; what the bot reads by itself for a command (the wallet before a charge, an
 * order that is looked for) does not count.
 * @param used ids of commands
 */
export function inferredReport(used: ReadonlySet<string>, corrections: Corrections): string {
  const inferred = allEndpoints.filter((one) => inferredOf(one) !== undefined)
  const inUse = inferred.filter(({ id }) => used.has(id))
  const corrected = Object.keys(corrections)
  return [
    `${inferred.length} of ${allEndpoints.length} have something that CMR does not document (docs/endpoints.md)`,
    inUse.length > 0 ? `in use here: ${inUse.map(inferredPart).join(', ')}` : 'none of them in use here yet',
    ...(corrected.length > 0 ? [`corrected here: ${corrected.join(', ')}`] : []),
  ].join('; ')
}

function inferredPart(endpoint: Endpoint): string {
  return `${endpoint.id} (${inferredOf(endpoint)} inferred)`
}
