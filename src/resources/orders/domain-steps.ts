import type { KnownBlock } from '@slack/types'
import { CmrError } from '../../cmr/errors.ts'
import { money } from '../../cmr/money.ts'
import { InputError } from '../../commands/command.ts'
import type { DraftContent } from '../../commands/drafts.ts'
import { failureText } from '../../commands/failure.ts'
import { isAdmin } from '../../commands/permissions.ts'
import type { FormStep, StepVerdict, StepWork } from '../../commands/step.ts'
import {
  actions,
  button,
  counted,
  escapeText,
  listed,
  option,
  plain,
  section,
  context as smallPrint,
} from '../../slack/blocks.ts'
import { matchPictures } from './addresses.ts'
import { askAvailability, askWorkspaces, inState, replacementsFor, suggestions } from './availability.ts'
import { listIn, notesOf, otherCount, wantedLine, withNotes, withValues } from './draft.ts'
import { domainsOf, mailboxesOf, type OrderInput, type PeopleInput, routeFault } from './input.ts'
import { addressBlocks, noteLines } from './messages.ts'
import { parseDomainNames } from './pasted.ts'

const domainNoun = ['domain', 'domains'] as const

/** Names typed, pasted or ticked; each is asked for, and what is taken is replaced. */
export const domainStep: FormStep = {
  title: 'Domains',
  fields: ['domains'],
  around: (draftContent, id) => ({
    above: [...wantedLine(draftContent, domainNoun), ...pricedDomains(draftContent)],
    below: offering(draftContent, id),
  }),
  take: (values, { chosen }) =>
    listIn(chosen).length ? { ...values, domains: [...namesIn(values.domains), ...listIn(chosen)] } : values,
  check: checkDomains,
  acts: {
    async suggest({ context, draftContent, beside }) {
      const keyword = String(beside.keyword ?? '').trim()
      if (!keyword) throw new InputError('keyword', 'Type a keyword, then press *Suggest names*.')
      const offers = await suggestions(context, keyword)
      return withNotes(draftContent, { offers, keyword })
    },
  },
}

/** What stands in the field may be text that was not checked yet. */
function namesIn(value: unknown): string[] {
  return typeof value === 'string' ? value.split('\n') : listIn(value)
}

async function checkDomains({ context, draftContent, tell }: StepWork): Promise<StepVerdict> {
  const given = namesIn(draftContent.values.domains)
  const names = domainsOf(given)
  const { known, failure } = await askAvailability(context, names, notesOf(draftContent).domains, tell)
  const noted = withNotes(withValues(draftContent, { domains: names }), {
    domains: known,
    offers: [],
    repeated: parseDomainNames(given).repeated,
  })
  if (failure) {
    const reader = { isAdmin: await isAdmin(context.access, context.caller.userId) }
    return { draftContent: noted, problem: failureText(failure, 'domains available', reader) }
  }
  const taken = names.filter((name) => known[name]?.available === false)
  if (taken.length === 0) return otherCount(noted, names.length, domainNoun) ?? { draftContent: noted }
  // What is taken is said also where CMR has no idea what else to take.
  const offers = await replacementsFor(context, taken, names).catch((error: unknown) => {
    if (error instanceof CmrError) return []
    throw error
  })
  const free = names.filter((name) => !taken.includes(name))
  const list = listed(taken.map(escapeText), 2000)
  const others = offers.length ? 'Choose others below' : 'Enter other names'
  const left = free.length ? `${others}, or continue without them.` : `${others}.`
  return {
    draftContent: withNotes(withValues(noted, { domains: free }), { offers }),
    problem: `:no_entry: *${taken.length === 1 ? 'Taken, and left out' : `${taken.length} are taken, and left out`}:* ${list}\n${left}`,
  }
}

/** What is known of the names by now. */
export function pricedDomains(draftContent: DraftContent): KnownBlock[] {
  const known = notesOf(draftContent).domains ?? {}
  const priced = namesIn(draftContent.values.domains).flatMap((name) => {
    const told = known[name]
    if (!told) return []
    return [`${escapeText(name)} ${told.cents === undefined ? 'no price' : money(told.cents)}`]
  })
  const { repeated = [] } = notesOf(draftContent)
  return [
    ...(priced.length ? [`Free, a year: ${listed(priced, 2800, ' · ')}`] : []),
    ...(repeated.length ? [`Given twice, used once: ${listed(repeated.map(escapeText), 1000)}`] : []),
  ].map((line) => smallPrint(line))
}

/** A keyword to be suggested names by, and those that may be ticked. */
function offering(draftContent: DraftContent, id: string): KnownBlock[] {
  const { offers = [], keyword } = notesOf(draftContent)
  const options = offers.map(({ domain, cents }) =>
    option(`${domain} · ${cents === undefined ? 'no price from CMR' : money(cents)}`, domain),
  )
  const ticked: KnownBlock[] = options.length
    ? [
        {
          type: 'input',
          block_id: 'chosen',
          optional: true,
          label: plain('Free names', 2000),
          hint: plain('The ones you select are added when you press Next', 2000),
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

/** Provider and settings, under a preview of every address; workspaces are checked before it is left. */
export const providerStep: FormStep = {
  title: 'Provider and settings',
  fields: [
    'serviceProvider',
    'googleOauthRoute',
    'clientId',
    'appName',
    'microsoftOauthRoute',
    'years',
    'domainAutoRenew',
    'autoRenew',
    'forwardTo',
    'maskForwarding',
    'confirm',
  ],
  initial: { years: 1, autoRenew: true, confirm: true },
  around: (draftContent, id) => ({ above: [...conflictsIn(draftContent, id), ...preview(draftContent)] }),
  acts: {
    without: async ({ draftContent }) => {
      const conflicts = conflicting(draftContent)
      return withValues(draftContent, {
        domains: listIn(draftContent.values.domains).filter((name) => !conflicts.includes(name)),
      })
    },
  },
  async check({ context, draftContent, tell }) {
    const fault = routeFault(draftContent.values as OrderInput)
    if (fault) return { draftContent, errors: { [fault.field]: fault.message } }
    const domains = listIn(draftContent.values.domains)
    const provider = draftContent.values.serviceProvider as 'GOOGLE' | 'MICROSOFT'
    tell(`Asking CMR whether ${counted(domains.length, 'domain has', 'domains have')} a workspace already…`)
    const asked = { domains, provider }
    const workspaces = await askWorkspaces(context, asked, notesOf(draftContent).workspaces)
    const noted = withNotes(draftContent, { workspaces })
    // The conflicts themselves stand around the fields.
    return {
      draftContent: noted,
      ...(conflicting(noted).length && {
        problem: ':no_entry: *Not yet:* leave out what conflicts, or choose the other provider.',
      }),
    }
  },
}

function conflicting(draftContent: DraftContent): string[] {
  const { values } = draftContent
  const asked = {
    domains: listIn(values.domains),
    provider: values.serviceProvider as 'GOOGLE' | 'MICROSOFT',
  }
  return inState(notesOf(draftContent).workspaces ?? {}, asked, 'conflict')
}

function conflictsIn(draftContent: DraftContent, id: string): KnownBlock[] {
  const conflicts = conflicting(draftContent)
  if (conflicts.length === 0) return []
  const names = listed(conflicts.map(escapeText), 2000)
  const text = `*A workspace exists already on ${names}.* CMR would charge the ${conflicts.length === 1 ? 'domain' : 'domains'}, then fail the mailboxes.`
  return [section(text, button({ text: 'Leave out', actionId: `${id}:without` }))]
}

/** Every address before anything is sent. Fewer domains may bring two of a name together: that is said. */
function preview(draftContent: DraftContent): KnownBlock[] {
  const domains = listIn(draftContent.values.domains)
  if (!draftContent.values.mailboxes) {
    return [section(`*No mailboxes*: only ${counted(domains.length, 'domain')} will be ordered.`)]
  }
  try {
    const { byDomain, rewritten } = mailboxesOf(draftContent.values as PeopleInput, domains)
    const { matched, unmatched } = matchPictures(notesOf(draftContent).pictures ?? [], byDomain)
    const notes = noteLines({ rewritten, pictured: Object.keys(matched).length, unmatched })
    return [...addressBlocks(byDomain), ...(notes.length ? [smallPrint(...notes)] : [])]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [section(`:warning: ${escapeText(error.message)}`)]
  }
}
