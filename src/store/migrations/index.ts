import type { Migration, MigrationProvider } from 'kysely/migration'
import { first } from './001_first.ts'
import { channel_queues } from './002_lanes.ts'
import { operationParts } from './003_operation_parts.ts'
import { directory_entries } from './004_mirror.ts'
import { receipts } from './005_receipts.ts'
import { delivery } from './006_delivery.ts'
import { routes } from './007_routes.ts'
import { drafts } from './008_drafts.ts'
import { bulk } from './009_bulk.ts'
import { passes } from './010_passes.ts'
import { signatures } from './011_signatures.ts'
import { denied } from './012_denied.ts'
import { separateRequests } from './014_separate_requests.ts'
import { webhookRefusals } from './017_webhook_refusals.ts'
import { standings } from './020_standings.ts'

/** In order of their names; one that was released is never changed. */
const migrations: Record<string, Migration> = {
  '001_first': first,
  '002_lanes': channel_queues,
  '003_operation_parts': operationParts,
  '004_mirror': directory_entries,
  '005_receipts': receipts,
  '006_delivery': delivery,
  '007_routes': routes,
  '008_drafts': drafts,
  '009_bulk': bulk,
  '010_passes': passes,
  '011_signatures': signatures,
  '012_denied': denied,
  '014_separate_requests': separateRequests,
  '017_webhook_refusals': webhookRefusals,
  '020_standings': standings,
}

/** The migrations as Kysely's Migrator takes them. */
export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations }
