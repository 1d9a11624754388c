import type { AccessContext } from '../access-command.ts'
import type { Policy } from '../policy.ts'
import { isInForce } from '../roles.ts'

/**
 * Returns why some requests could be approved by nobody, as a sentence; nothing where each could. Nobody approves their
 * own request: a team whose admins are too few would have locked itself out.
 */
export function adminsMissing(
  policy: Policy,
  { control, clock }: Pick<AccessContext, 'control' | 'clock'>,
): string | undefined {
  const { channel, approvers, always, twice } = policy.approvals
  const isGroupAdmin = policy.grants.some(
    (one) => one.subject.startsWith('S') && one.role === 'admin' && !one.customers && isInForce(one, clock()),
  )
  if (!channel || always.length === 0 || isGroupAdmin) return undefined
  const needed = 1 + (always.some((one) => twice.includes(one)) ? 2 : approvers)
  const { length } = control.admins(policy)
  if (length >= needed) return undefined
  return `Approvals for ${always.join(', ')} take ${needed} admins, one to ask and the others to approve, and there would be ${length}: make another one first, with /cmr access grant.`
}
