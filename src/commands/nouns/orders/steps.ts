import { userIdOf, userName } from '../../../messages/users.ts'
import { userNamed } from '../../naming/called.ts'
import type { Step } from '../../step.ts'
import { domainStep, pricedDomains } from './domain-step.ts'
import { listIn, valuing } from './findings.ts'
import { peopleStep } from './people-step.ts'
import { providerStep } from './provider-step.ts'

/** Who it is for, by its name: what goes to the wrong customer cannot be taken back. */
const customerStep: Step = {
  title: 'Customer',
  fields: ['userId'],
  async check({ context, gathered }) {
    const user = await userNamed(context, String(gathered.values.userId))
    const labels = { ...gathered.labels, userId: `${userName(user)} · ${user.email ?? ''}` }
    return { gathered: { ...valuing(gathered, { userId: userIdOf(user) }), labels } }
  },
}

/** Customer → domains → mailboxes → provider; the confirmation is the fifth. */
export const orderSteps: readonly Step[] = [
  customerStep,
  domainStep,
  {
    ...peopleStep(['mailboxes', 'peopleFile', 'pattern', 'spread', 'onWarmup', 'files'], (gathered) =>
      listIn(gathered.values.domains),
    ),
    around: (gathered) => ({ above: pricedDomains(gathered) }),
  },
  providerStep,
]

const morePeople = peopleStep(
  ['mailboxes', 'peopleFile', 'pattern', 'onWarmup', 'files', 'autoRenew', 'confirm'],
  ({ values }) => [String(values.domain ?? values.subscriptionId)],
)

/** Which subscription → mailboxes, at least one; the confirmation is the third. */
export const moreSteps: readonly Step[] = [
  { ...customerStep, title: 'Subscription', fields: ['userId', 'subscriptionId', 'domain'] },
  {
    ...morePeople,
    async check(work) {
      const verdict = await morePeople.check(work)
      if (verdict.gathered.values.mailboxes) return verdict
      return { errors: { mailboxes: 'Name at least one person.' }, ...verdict }
    },
  },
]
