import { actions, button, context, escapeText, type Message, section } from '../slack/blocks.ts'

/** One thing that mail on a domain hangs on. */
export interface MendableLink {
  readonly name: string
  readonly state: 'good' | 'broken' | 'unsure'
  /** mrkdwn. */
  readonly sentence: string
  readonly mend?: { readonly text: string; readonly actionId: string; readonly value?: string }
}

const signs: Record<MendableLink['state'], string> = {
  good: ':white_check_mark:',
  broken: ':x:',
  unsure: ':grey_question:',
}

/** `/cmr diagnose`: what is broken first, how to mend it, and the whole chain. */
export function diagnosis(
  of: { readonly userId: string; readonly domain: string },
  links: readonly MendableLink[],
): Message {
  const domain = escapeText(of.domain)
  const broken = links.find(({ state }) => state === 'broken')
  const first = broken ?? links.find(({ state }) => state === 'unsure')
  const text = first
    ? `${signs[first.state]} *${domain}*: ${first.name}. ${first.sentence}`
    : `${signs.good} *${domain}*: all is well, from the domain to the wallet.`
  const lines = links.map(({ name, state, sentence }) => `${signs[state]} *${name}*  ${sentence}`)
  const mends = links.flatMap(({ mend }) => mend ?? [])
  const value = `userId=${of.userId} domain=${of.domain}`
  return {
    text,
    blocks: [
      section(text),
      section(lines.join('\n')),
      actions(
        ...mends.map((mend, at) => button(at === 0 ? { ...mend, style: 'primary' } : mend)),
        button({ text: 'Check again', actionId: 'diagnose.show:next', value }),
      ),
      context('As CMR reports it now; DNS by the records that CMR holds.'),
    ],
  }
}
