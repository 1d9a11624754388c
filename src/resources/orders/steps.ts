import { userIdOf, userName } from '../../cmr/answers/users.ts'
import { InputError } from '../../commands/command.ts'
import type { DraftContent } from '../../commands/drafts.ts'
import { type EncodingDoubt, readAs, wordsInDoubt } from '../../commands/encoding.ts'
import { CsvFault, fileGiven, textOfFile } from '../../commands/given-files.ts'
import type { FormStep, StepWork } from '../../commands/step.ts'
import { userNamed } from '../../directory/names/called.ts'
import { escapeText } from '../../slack/blocks.ts'
import { defaultPattern, picturesGiven } from './addresses.ts'
import { domainStep, pricedDomains, providerStep } from './domain-steps.ts'
import { listIn, notesOf, otherCount, wantedLine, withNotes, withValues } from './draft.ts'
import { type MoreInput, mailboxesOf, notWithFiles, type PeopleInput } from './input.ts'
import { lineOf, type OrderPerson, parsePeople } from './pasted.ts'
import { mailboxTarget } from './target.ts'

/**
 * Who gets a mailbox: typed, pasted or in a file, with their pictures; every line is looked at.
 * @param domains those of an order, or the one that the mailboxes are added to
 */
function peopleStep(
  fields: readonly string[],
  domains: (draftContent: DraftContent) => readonly string[],
): FormStep & Required<Pick<FormStep, 'check'>> {
  return {
    title: 'Mailboxes',
    fields,
    initial: { pattern: defaultPattern, spread: false, onWarmup: false, autoRenew: true, confirm: true },
    async check({ context, draftContent }) {
      const { listed, problem } = await withFile(context, draftContent)
      const ids = listIn(listed.values.files)
      const before = notesOf(listed).pictures ?? []
      const same = ids.length === before.length && ids.every((id) => before.some((one) => one.id === id))
      const pictures = same ? before : await picturesGiven(context, ids)
      const noted = withNotes(listed, { pictures: pictures.map(({ id, name }) => ({ id, name })) })
      try {
        mailboxesOf(noted.values as PeopleInput, domains(noted))
        const clash = ids.length > 0 && notWithFiles(noted.values as PeopleInput)
        if (clash) return { draftContent: noted, errors: { [clash.field]: clash.message } }
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return { draftContent: noted, errors: { [error.field]: error.message } }
      }
      return { draftContent: noted, problem }
    },
  }
}

/**
 * People of an uploaded table join those that were typed, so that all stand in one place.
 * @returns what to look at once more, where the file does not say how its letters are meant
 */
async function withFile(
  context: StepWork['context'],
  draftContent: DraftContent,
): Promise<{ readonly listed: DraftContent; readonly problem?: string | undefined }> {
  const [id] = listIn(draftContent.values.peopleFile)
  if (!id) return { listed: draftContent }
  const file = await fileGiven(context, id, 'peopleFile')
  const { text, doubt } = textGiven(file.bytes)
  const { people, faults } = parsePeople(text)
  const [fault] = faults
  if (fault) throw new InputError('peopleFile', `${file.name}, line ${fault.line}: ${fault.why}.`)
  const typed = String(draftContent.values.mailboxes ?? '').trim()
  const mailboxes = [...(typed ? [typed] : []), ...people.map(lineOf)].join('\n')
  const { peopleFile: _, ...values }: Record<string, unknown> = { ...draftContent.values, mailboxes }
  return { listed: { ...draftContent, values }, problem: doubt && lookAgain(doubt, people) }
}

function textGiven(bytes: Uint8Array) {
  try {
    return textOfFile(bytes)
  } catch (error) {
    if (error instanceof CsvFault) throw new InputError('peopleFile', error.message)
    throw error
  }
}

/** Names that are shown as they were read. */
const NAMED = 6

function lookAgain({ encoding }: EncodingDoubt, people: readonly OrderPerson[]): string {
  const names = wordsInDoubt(people.map(lineOf).join('\n'), NAMED).map((name) => `“${escapeText(name)}”`)
  return `:grey_question: ${readAs(encoding)}: ${names.join(', ')}. Correct what is wrong below, or continue.`
}

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
