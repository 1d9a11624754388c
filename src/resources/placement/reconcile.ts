import { outcomes, type Reconciler, rowsIn, textOf } from '../../operations/reconciler.ts'

/** A report that was begun after the request left, of one of its mailboxes. */
export const reconcilePlacement: Reconciler = async ({ cmr, sent, waiting, sentAt }) => {
  const { data } = await cmr.placement.reports({ query: { userId: String(sent.query.userId) } })
  const wanted = [sent.body.mailboxIds].flat().map(String)
  const there = rowsIn(data).some(
    (row) =>
      wanted.includes(textOf(row, 'mailboxId')) && Date.parse(textOf(row, 'createdAt')) >= sentAt.getTime(),
  )
  return outcomes(waiting, () => (there ? 'done' : undefined))
}
