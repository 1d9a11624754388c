import type { KnownBlock } from '@slack/types'
import { option } from '../../forms/form.ts'
import type { Gathered, Step, StepVerdict, StepWork } from '../../forms/steps.ts'
import { actions, button, context, cut, escapeText, plain, section } from '../../messages/blocks.ts'
import { failureText } from '../../messages/failure.ts'
import { addressBlocks, counted, noteLines } from '../../messages/orders.ts'
import { userIdOf, userName } from '../../messages/users.ts'
import { money } from '../../messages/wallet.ts'
import { InputError } from '../command.ts'
import { userNamed } from '../names.ts'
import { defaultPattern } from './addresses.ts'
import {
  askAvailability,
  type KnownDomains,
  type Offer,
  replacementsFor,
  suggestions,
} from './availability.ts'
import { domainsOf, mailboxesOf, type PeopleInput } from './input.ts'
import { parseDomainNames } from './names.ts'
import { lineOf, parsePeople } from './people.ts'
import { matchPictures, type Picture, picturesGiven } from './pictures.ts'
import { askWorkspaces, inState, type KnownWorkspaces } from './workspaces.ts'

/** What CMR and Slack told between the steps of an order. */
export interface OrderFindings {
  readonly domains?: KnownDomains
  readonly workspaces?: KnownWorkspaces
  readonly offers?: readonly Offer[]
  readonly keyword?: string
  /** Names that were given more than once. */
  readonly repeated?: readonly string[]
  readonly pictures?: readonly Picture[]
}

const findings = (gathered: Gathered) => gathered.notes as OrderFindings
const noting = (gathered: Gathered, more: OrderFindings): Gathered => ({
  ...gathered,
  notes: { ...gathered.notes, ...more },
})
const valuing = (gathered: Gathered, more: Readonly<Record<string, unknown>>): Gathered => ({
  ...gathered,
  values: { ...gathered.values, ...more },
})
const listIn = (value: unknown) => (Array.isArray(value) ? value.map(String) : [])

/** Who it is for, by its name: what goes to the wrong customer cannot be taken back. */
const customerStep: Step = {
  title: 'Customer',
  fields: ['userId'],
  async check({ context: commandContext, gathered }) {
    const user = await userNamed(commandContext, String(gathered.values.userId))
    const labels = { ...gathered.labels, userId: `${userName(user)} · ${user.email ?? ''}` }
    return { gathered: { ...valuing(gathered, { userId: userIdOf(user) }), labels } }
  },
}

const domainStep: Step = {
  title: 'Domains',
  fields: ['domains'],
  around: (gathered, id) => ({ above: pricedDomains(gathered), below: offering(gathered, id) }),
  take: (values, { chosen }) =>
    listIn(chosen).length ? { ...values, domains: [...namesIn(values.domains), ...listIn(chosen)] } : values,
  check: checkDomains,
  acts: {
    async suggest({ context: commandContext, gathered, beside }) {
      const keyword = String(beside.keyword ?? '').trim()
      if (!keyword) throw new InputError('keyword', 'Type a keyword, then ask for suggestions.')
      const offers = await suggestions(commandContext, keyword)
      return noting(gathered, { offers, keyword })
    },
  },
}

/** What stands in the field may be text that was not checked yet. */
function namesIn(value: unknown): string[] {
  return typeof value === 'string' ? value.split('\n') : listIn(value)
}

async function checkDomains({ context: commandContext, gathered, tell }: StepWork): Promise<StepVerdict> {
  const given = namesIn(gathered.values.domains)
  const names = domainsOf(given)
  const { known, failure } = await askAvailability(commandContext, names, findings(gathered).domains, tell)
  const noted = noting(valuing(gathered, { domains: names }), {
    domains: known,
    offers: [],
    repeated: parseDomainNames(given).repeated,
  })
  if (failure) return { gathered: noted, problem: failureText(failure, 'domains available') }
  const taken = names.filter((name) => known[name]?.available === false)
  if (taken.length === 0) return { gathered: noted }
  const offers = await replacementsFor(commandContext, taken, names)
  const free = names.filter((name) => !taken.includes(name))
  const list = cut(taken.map(escapeText).join(', '), 2000)
  const left = free.length
    ? 'Take others below, or go on without.'
    : 'Take others below, or enter other names.'
  return {
    gathered: noting(valuing(noted, { domains: free }), { offers }),
    problem: `:no_entry: *${taken.length === 1 ? 'Taken, and left out' : `${taken.length} are taken, and left out`}:* ${list}\n${left}`,
  }
}

/** What is known of the names by now. */
function pricedDomains(gathered: Gathered): KnownBlock[] {
  const known = findings(gathered).domains ?? {}
  const priced = namesIn(gathered.values.domains).flatMap((name) => {
    const told = known[name]
    if (!told) return []
    return [`${escapeText(name)} ${told.cents === undefined ? 'no price' : money(told.cents)}`]
  })
  const { repeated = [] } = findings(gathered)
  return [
    ...(priced.length ? [`Free, a year: ${cut(priced.join(' · '), 2800)}`] : []),
    ...(repeated.length
      ? [`Given twice, taken once: ${cut(repeated.map(escapeText).join(', '), 1000)}`]
      : []),
  ].map((line) => context(line))
}

/** A keyword to be suggested names by, and those that may be ticked. */
function offering(gathered: Gathered, id: string): KnownBlock[] {
  const { offers = [], keyword } = findings(gathered)
  const options = offers.map(({ domain, cents }) =>
    option(`${domain} · ${cents === undefined ? 'price not told' : money(cents)}`, domain),
  )
  const ticked: KnownBlock[] = options.length
    ? [
        {
          type: 'input',
          block_id: 'chosen',
          optional: true,
          label: plain('Free names', 2000),
          hint: plain('Ticked ones are added when you press Next', 2000),
          element: {
            type: 'checkboxes',
            action_id: `form.chosen:${offers.map(({ domain }) => domain).join()}`.slice(0, 255),
            options,
          },
        },
      ]
    : []
  return [
    ...ticked,
    {
      type: 'input',
      block_id: 'keyword',
      optional: true,
      dispatch_action: true,
      label: plain('Or find free names by a keyword', 2000),
      element: {
        type: 'plain_text_input',
        action_id: `${id}:suggest`,
        placeholder: plain('acme', 150),
        dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
        ...(keyword && { initial_value: keyword }),
      },
    },
    actions(button({ text: 'Suggest names', actionId: `${id}:suggest` })),
  ]
}

/** @param domains those of an order, or the one that the mailboxes are added to */
function peopleStep(fields: readonly string[], domains: (gathered: Gathered) => readonly string[]): Step {
  return {
    title: 'Mailboxes',
    fields,
    initial: { pattern: defaultPattern, spread: false, onWarmup: false, autoRenew: true, confirm: true },
    async check({ context: commandContext, gathered }) {
      const listed = await withFile(commandContext, gathered)
      const ids = listIn(listed.values.files)
      const before = findings(listed).pictures ?? []
      const same = ids.length === before.length && ids.every((id) => before.some((one) => one.id === id))
      const pictures = same ? before : await picturesGiven(commandContext, ids)
      const noted = noting(listed, { pictures: pictures.map(({ id, name }) => ({ id, name })) })
      try {
        mailboxesOf(noted.values as PeopleInput, domains(noted))
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return { gathered: noted, errors: { [error.field]: error.message } }
      }
      return { gathered: noted }
    },
  }
}

/** People of an uploaded table join those that were typed, so that all stand in one place. */
async function withFile({ files }: StepWork['context'], gathered: Gathered): Promise<Gathered> {
  const [id] = listIn(gathered.values.peopleFile)
  if (!id) return gathered
  const file = await files.read(id).catch((error: unknown) => {
    throw new InputError(
      'peopleFile',
      error instanceof Error ? error.message : 'Slack does not give the file.',
    )
  })
  const { people, faults } = parsePeople(new TextDecoder().decode(file.bytes))
  const [fault] = faults
  if (fault) throw new InputError('peopleFile', `${file.name}, line ${fault.line}: ${fault.why}.`)
  const typed = String(gathered.values.mailboxes ?? '').trim()
  const mailboxes = [...(typed ? [typed] : []), ...people.map(lineOf)].join('\n')
  const { peopleFile: _, ...values }: Record<string, unknown> = { ...gathered.values, mailboxes }
  return { ...gathered, values }
}

const providerStep: Step = {
  title: 'Provider and settings',
  fields: [
    'serviceProvider',
    'googleOauthRoute',
    'clientId',
    'appName',
    'microsoftOauthRoute',
    'years',
    'autoRenew',
    'forwardTo',
    'maskForwarding',
    'confirm',
  ],
  initial: { years: 1, autoRenew: true, confirm: true },
  around: (gathered, id) => ({ above: [...conflictsIn(gathered, id), ...preview(gathered)] }),
  acts: {
    without: async ({ gathered }) => {
      const conflicts = conflicting(gathered)
      return valuing(gathered, {
        domains: listIn(gathered.values.domains).filter((name) => !conflicts.includes(name)),
      })
    },
  },
  async check({ context: commandContext, gathered, tell }) {
    const domains = listIn(gathered.values.domains)
    const provider = gathered.values.serviceProvider as 'GOOGLE' | 'MICROSOFT'
    tell(`Asking CMR whether ${counted(domains.length, 'domain has', 'domains have')} a workspace already…`)
    const asked = { domains, provider }
    const workspaces = await askWorkspaces(commandContext, asked, findings(gathered).workspaces)
    const noted = noting(gathered, { workspaces })
    // The conflicts themselves stand around the fields.
    return {
      gathered: noted,
      ...(conflicting(noted).length && {
        problem: ':no_entry: *Not yet:* leave out what clashes, or take the other provider.',
      }),
    }
  },
}

function conflicting({ values, notes }: Gathered): string[] {
  const asked = {
    domains: listIn(values.domains),
    provider: values.serviceProvider as 'GOOGLE' | 'MICROSOFT',
  }
  return inState((notes as OrderFindings).workspaces ?? {}, asked, 'conflict')
}

function conflictsIn(gathered: Gathered, id: string): KnownBlock[] {
  const conflicts = conflicting(gathered)
  if (conflicts.length === 0) return []
  const names = cut(conflicts.map(escapeText).join(', '), 2000)
  const text = `*A workspace exists already on ${names}.* CMR would charge the ${conflicts.length === 1 ? 'domain' : 'domains'}, then fail the mailboxes.`
  return [section(text, button({ text: 'Leave out', actionId: `${id}:without` }))]
}

/** Every address before anything is sent. */
function preview(gathered: Gathered): KnownBlock[] {
  const domains = listIn(gathered.values.domains)
  if (!gathered.values.mailboxes) {
    return [section(`*No mailboxes*: only ${counted(domains.length, 'domain')} will be ordered.`)]
  }
  const { byDomain, rewritten } = mailboxesOf(gathered.values as PeopleInput, domains)
  const { matched, unmatched } = matchPictures(findings(gathered).pictures ?? [], byDomain)
  const notes = noteLines({ rewritten, pictured: Object.keys(matched).length, unmatched })
  return [...addressBlocks(byDomain), ...(notes.length ? [context(...notes)] : [])]
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

/** Which subscription → mailboxes; the confirmation is the third. */
export const moreSteps: readonly Step[] = [
  { ...customerStep, title: 'Subscription', fields: ['userId', 'subscriptionId', 'domain'] },
  peopleStep(
    ['mailboxes', 'peopleFile', 'pattern', 'onWarmup', 'files', 'autoRenew', 'confirm'],
    ({ values }) => [String(values.domain ?? values.subscriptionId)],
  ),
]
