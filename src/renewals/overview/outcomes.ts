import type { Kysely } from 'kysely'
import { type Severity, severityRank } from '../../cmr/events/event.ts'
import { declarationOf } from '../../cmr/events/index.ts'
import type { OperationView } from '../../operations/messages/operations.ts'
import { endedWork } from '../../operations/store/open-work.ts'
import { viewsOf } from '../../operations/views.ts'
import type { Schema } from '../../store/schema.ts'
import type { Store } from '../../store/store.ts'
import type { Listed } from './open-work.ts'

/** A span of time; its beginning is no part of it. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

/** What came of things in a span of time. */
export interface Outcomes {
  /** Operations that ended, and those of them of which not everything came about. */
  readonly ended: number
  readonly failed: Listed<OperationView>
  /** What CMR told, by kind: the urgent first. */
  readonly told: readonly PostedKind[]
}

/** How often CMR told one kind of thing. */
interface PostedKind {
  /** In a few words: "payment failed". */
  readonly title: string
  readonly severity: Severity
  readonly count: number
}

/** As many as a glance takes in; the rest is counted. */
const SHOWN = 5

/** Returns what ended, and what CMR told, in a span of time. */
export async function outcomesIn(store: Pick<Store, 'db' | 'dialect'>, span: Span): Promise<Outcomes> {
  const { db } = store
  const { total, failed } = await endedWork(db, span, SHOWN)
  return {
    ended: total,
    failed: { shown: await viewsOf(store, failed.rows), total: failed.total },
    told: await postedIn(db, span),
  }
}

async function postedIn(db: Kysely<Schema>, { from, to }: Span): Promise<PostedKind[]> {
  const rows = await db
    .selectFrom('events')
    .select(['event', 'severity', ({ fn }) => fn.countAll<number>().as('count')])
    .where('received_at', '>', from.toISOString())
    .where('received_at', '<=', to.toISOString())
    .where('source', 'in', ['webhook', 'sync'])
    .groupBy(['event', 'severity'])
    .execute()
  return rows
    .map(({ event, severity, count }) => ({
      title: declarationOf(event)?.title ?? event,
      severity,
      count: Number(count),
    }))
    .toSorted((a, b) => severityRank(a.severity) - severityRank(b.severity) || b.count - a.count)
}
