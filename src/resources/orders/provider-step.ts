import type { KnownBlock } from '@slack/types'
import { InputError } from '../../commands/command.ts'
import type { DraftContent } from '../../commands/drafts.ts'
import type { FormStep } from '../../commands/step.ts'
import { button, counted, escapeText, listed, section, context as smallPrint } from '../../slack/blocks.ts'
import { listIn, notesOf, withNotes, withValues } from './draft-notes.ts'
import { mailboxesOf, type OrderInput, type PeopleInput, routeFault } from './input.ts'
import { addressBlocks, noteLines } from './messages.ts'
import { matchPictures } from './pictures.ts'
import { askWorkspaces, inState } from './workspaces.ts'

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
