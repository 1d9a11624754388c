import type { DirectoryTables } from './tables/directory.ts'
import type { EventTables } from './tables/events.ts'
import type { OperationTables } from './tables/operations.ts'
import type { PeopleTables } from './tables/people.ts'

/** Times are ISO 8601 in UTC; JSON is text, so that both dialects hold the same. */
export interface Schema extends EventTables, OperationTables, DirectoryTables, PeopleTables {}
