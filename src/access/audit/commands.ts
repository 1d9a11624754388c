import { z } from 'zod'
import { plainDigits } from '../../cmr/normal-forms.ts'
import { command } from '../../commands/command.ts'
import { pageField, pageOfRows, turning } from '../../commands/paging.ts'
import { daysBack, pastWords } from '../../commands/past-period.ts'
import { subDays } from '../../process/dates.ts'
import { type AuditSearch, countAudit, searchAudit } from './audit-store.ts'
import { auditList } from './messages.ts'

/** Rows that one message shows. */
const SHOWN = 15
/** What a file takes. */
const MOST_ROWS = 50_000

const outcomes = ['ok', 'refused', 'failed', 'unknown', 'pending'] as const

const input = z.object({
  text: z.string().max(200).optional().meta({
    label: 'About',
    hint: 'A domain, a customer, an id: anything that was typed',
    example: 'acme.com',
  }),
  who: z.string().optional().meta({ label: 'Who', slack: 'person' }),
  command: z.string().max(100).optional().meta({ label: 'Command', example: 'domains.renew' }),
  outcome: z.enum(outcomes).optional().meta({ label: 'Outcome' }),
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .meta({ label: 'Days back', spans: pastWords, normal: (text: string) => plainDigits(daysBack(text)) }),
  page: pageField,
})

/** "domains renew" is "domains.renew". */
function searchOf({ text, who, command, outcome, days }: z.output<typeof input>, now: Date): AuditSearch {
  return {
    text,
    actor: who,
    command: command?.trim().toLowerCase().replace(/\s+/, '.'),
    outcome,
    since: days === undefined ? undefined : subDays(now, days),
  }
}

const list = command({
  noun: 'audit',
  verb: 'list',
  summary: 'Search the audit',
  about: 'Shows who asked for what, when, and how it ended.',
  example: 'acme.com --days 30',
  effect: 'read',
  needs: 'admin',
  own: true,
  submit: 'Search',
  input,
  positional: ['text'],
  mostRows: MOST_ROWS,
  async run({ store, clock }, { page = 1, ...given }) {
    const search = searchOf(given, clock())
    const { rows, place } = await pageOfRows(page, SHOWN, {
      read: (at) => searchAudit(store.db, search, at),
      count: () => countAudit(store.db, search),
    })
    return { message: auditList(rows, { place, turn: turning(given) }) }
  },
  async rows({ store, clock }, given, most) {
    return searchAudit(store.db, searchOf(given as z.output<typeof input>, clock()), { from: 0, limit: most })
  },
})

/** `/cmr audit` */
export const auditCommands = [list]
