import type { AlertTables } from './tables/alerts.ts'
import type { ApprovalTables } from './tables/approvals.ts'
import type { AuditTables } from './tables/audit.ts'
import type { DirectoryTables } from './tables/directory.ts'
import type { DraftTables } from './tables/drafts.ts'
import type { EventTables } from './tables/events.ts'
import type { ImportTables } from './tables/imports.ts'
import type { OperationTables } from './tables/operations.ts'
import type { OverviewTables } from './tables/overviews.ts'
import type { PolicyTables } from './tables/policies.ts'
import type { ReminderTables } from './tables/reminders.ts'
import type { RouteTables } from './tables/routes.ts'
import type { StandingTables } from './tables/standings.ts'

/** Times are ISO 8601 in UTC; JSON is text, so that both dialects hold the same. */
export interface Schema
  extends EventTables,
    AlertTables,
    OperationTables,
    AuditTables,
    DirectoryTables,
    RouteTables,
    DraftTables,
    ImportTables,
    StandingTables,
    PolicyTables,
    ApprovalTables,
    OverviewTables,
    ReminderTables {}
