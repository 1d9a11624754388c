import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { createAlertTables } from './first/alerts.ts'
import { createApprovalTables } from './first/approvals.ts'
import { createDirectoryTables } from './first/directory.ts'
import { createEventTables } from './first/events.ts'
import { createImportTables } from './first/imports.ts'
import { createOperationTables } from './first/operations.ts'
import { createOverviewTables } from './first/overviews.ts'
import { createPeopleTables } from './first/people.ts'
import { createReminderTables } from './first/reminders.ts'
import { createRouteTables } from './first/routes.ts'

export const first: Migration = {
  async up(db: Kysely<never>) {
    await createEventTables(db)
    await createAlertTables(db)
    await createRouteTables(db)
    await createOperationTables(db)
    await createDirectoryTables(db)
    await createPeopleTables(db)
    await createApprovalTables(db)
    await createImportTables(db)
    await createOverviewTables(db)
    await createReminderTables(db)
  },
}
