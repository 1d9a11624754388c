import type { KnownBlock } from '@slack/types'
import { button, counted, cut, escapeText, section, context as smallPrint } from '../../slack/blocks.ts'
import { addressBlocks, noteLines } from './messages.ts'
import { InputError } from '../../commands/command.ts'
import type { Gathered } from '../../commands/drafts.ts'
import type { Step } from '../../commands/step.ts'
import { findings, listIn, noting, valuing } from './findings.ts'
import { mailboxesOf, type OrderInput, type PeopleInput, routeFault } from './input.ts'
import { matchPictures } from './pictures.ts'
import { askWorkspaces, inState } from './workspaces.ts'

/** Provider and settings, under a preview of every address; workspaces are checked before it is left. */
export const providerStep: Step = {
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
  async check({ context, gathered, tell }) {
    const fault = routeFault(gathered.values as OrderInput)
    if (fault) return { gathered, errors: { [fault.field]: fault.message } }
    const domains = listIn(gathered.values.domains)
    const provider = gathered.values.serviceProvider as 'GOOGLE' | 'MICROSOFT'
    tell(`Asking CMR whether ${counted(domains.length, 'domain has', 'domains have')} a workspace already…`)
    const asked = { domains, provider }
    const workspaces = await askWorkspaces(context, asked, findings(gathered).workspaces)
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

function conflicting(gathered: Gathered): string[] {
  const { values } = gathered
  const asked = {
    domains: listIn(values.domains),
    provider: values.serviceProvider as 'GOOGLE' | 'MICROSOFT',
  }
  return inState(findings(gathered).workspaces ?? {}, asked, 'conflict')
}

function conflictsIn(gathered: Gathered, id: string): KnownBlock[] {
  const conflicts = conflicting(gathered)
  if (conflicts.length === 0) return []
  const names = cut(conflicts.map(escapeText).join(', '), 2000)
  const text = `*A workspace exists already on ${names}.* CMR would charge the ${conflicts.length === 1 ? 'domain' : 'domains'}, then fail the mailboxes.`
  return [section(text, button({ text: 'Leave out', actionId: `${id}:without` }))]
}

/** Every address before anything is sent. Fewer domains may bring two of a name together: that is said. */
function preview(gathered: Gathered): KnownBlock[] {
  const domains = listIn(gathered.values.domains)
  if (!gathered.values.mailboxes) {
    return [section(`*No mailboxes*: only ${counted(domains.length, 'domain')} will be ordered.`)]
  }
  try {
    const { byDomain, rewritten } = mailboxesOf(gathered.values as PeopleInput, domains)
    const { matched, unmatched } = matchPictures(findings(gathered).pictures ?? [], byDomain)
    const notes = noteLines({ rewritten, pictured: Object.keys(matched).length, unmatched })
    return [...addressBlocks(byDomain), ...(notes.length ? [smallPrint(...notes)] : [])]
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return [section(`:warning: ${escapeText(error.message)}`)]
  }
}
