import { outcomes, type Reconciler } from '../../operations/reconciler.ts'

/** A report that was begun after the request left, of one of its mailboxes. */
export const reconcilePlacement: Reconciler = async ({ cmr, sent, waiting, sentAt }) => {
  const { data } = await cmr.placement.reports({ query: { userId: String(sent.query.userId) } })
  const wanted = [sent.body.mailboxIds].flat().map(String)
  const there = data.rows.some(
    (row) => wanted.includes(row.mailboxId ?? '') && Date.parse(row.createdAt ?? '') >= sentAt.getTime(),
  )
  return outcomes(waiting, () => (there ? 'done' : undefined))
}
