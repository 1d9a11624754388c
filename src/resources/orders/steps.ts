import { userIdOf, userName } from '../../cmr/answers/users.ts'
import type { DraftContent } from '../../commands/drafts.ts'
import type { FormStep } from '../../commands/step.ts'
import { userNamed } from '../../directory/names/called.ts'
import { domainStep, pricedDomains } from './domain-step.ts'
import { listIn, notesOf, withNotes, withValues } from './draft-notes.ts'
import type { MoreInput } from './input.ts'
import { parsePeople } from './people.ts'
import { peopleStep } from './people-step.ts'
import { providerStep } from './provider-step.ts'
import { mailboxTarget } from './target.ts'
import { otherCount, wantedLine } from './wanted-count.ts'

/** Who it is for, by its name: what goes to the wrong customer cannot be taken back. */
const customerStep: FormStep = {
  title: 'Customer',
  fields: ['userId'],
  async check({ context, draftContent }) {
    const user = await userNamed(context, String(draftContent.values.userId))
    const labels = { ...draftContent.labels, userId: `${userName(user)} · ${user.email ?? ''}` }
    return { draftContent: { ...withValues(draftContent, { userId: userIdOf(user) }), labels } }
  },
}

/** Customer → domains → mailboxes → provider; the confirmation is the fifth. */
export const orderSteps: readonly FormStep[] = [
  customerStep,
  domainStep,
  {
    ...peopleStep(['mailboxes', 'peopleFile', 'pattern', 'spread', 'onWarmup', 'files'], (draftContent) =>
      listIn(draftContent.values.domains),
    ),
    around: (draftContent) => ({ above: pricedDomains(draftContent) }),
  },
  providerStep,
]

/** Finds out whether the mailboxes go on an active subscription or open a new one, which is shown from here on. */
const targetStep: FormStep = {
  ...customerStep,
  title: 'Subscription',
  fields: ['userId', 'subscriptionId', 'domain'],
  async check(work) {
    const { draftContent } = (await customerStep.check?.(work)) ?? work
    const { domainId: _, ...values }: Record<string, unknown> = draftContent.values
    const target = await mailboxTarget(work.context, values as MoreInput)
    const opened = target.kind === 'open' ? { domainId: target.domainId } : {}
    return {
      draftContent: {
        ...withNotes(draftContent, { moreOn: target.domain }),
        values: { ...values, ...opened },
      },
    }
  },
}

const mailboxNoun = ['mailbox', 'mailboxes'] as const

function namedIn({ values }: DraftContent): number {
  return parsePeople(String(values.mailboxes)).people.length
}

/** Steps: which subscription → mailboxes, at least one; the confirmation is the third. */
function stepsOfMore(fields: readonly string[], target: FormStep): readonly FormStep[] {
  const people = peopleStep(fields, (draftContent) => [notesOf(draftContent).moreOn ?? ''])
  return [
    target,
    {
      ...people,
      around: (draftContent) => ({ above: wantedLine(draftContent, mailboxNoun) }),
      async check(work) {
        const verdict = await people.check(work)
        const { draftContent, errors, problem } = verdict
        if (draftContent.values.mailboxes && (errors || problem)) return verdict
        if (draftContent.values.mailboxes)
          return otherCount(draftContent, namedIn(draftContent), mailboxNoun) ?? verdict
        return { errors: { mailboxes: 'Name at least one person.' }, ...verdict }
      },
    },
  ]
}

export const moreSteps = stepsOfMore(
  ['mailboxes', 'peopleFile', 'pattern', 'onWarmup', 'files', 'autoRenew', 'confirm'],
  {
    ...targetStep,
    // Hidden: its check fills it in.
    fields: [...targetStep.fields, 'domainId'],
  },
)
export const picturedSteps = stepsOfMore(
  ['mailboxes', 'peopleFile', 'pattern', 'files', 'confirm'],
  targetStep,
)
