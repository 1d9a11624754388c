import { isOnDomain } from '../cmr/answers/mailboxes.ts'
import { command, InputError } from '../commands/command.ts'
import type { CommandContext } from '../commands/context.ts'
import { lastEventAt } from '../events/store/events.ts'
import { mailFindings } from '../resources/dns/mail.ts'
import { domainDetails, idsIn, recordsOf, whose } from '../resources/dns/zone.ts'
import { chainOf, type Facts } from './chain.ts'
import { diagnosis } from './message.ts'

/** `/cmr diagnose acme.com`: why is it not sending? */
export const diagnose = command({
  noun: 'diagnose',
  verb: 'show',
  summary: 'Why is it not sending?',
  effect: 'read',
  submit: 'Diagnose',
  input: whose,
  positional: ['domain', 'userId'],
  async run(context, input) {
    const of = await idsIn(context, input)
    if (!of) throw new InputError('domain', 'Name a domain.')
    return { message: diagnosis(of, chainOf(await factsOf(context, of))) }
  },
})

/** @throws CmrError where CMR does not say anything of the domain itself */
async function factsOf(context: CommandContext, of: Facts['of']): Promise<Facts> {
  const { cmr, store } = context
  const [{ details, provider }, records, mailboxes, subscriptions, wallet, lastWebhookAt] = await Promise.all(
    [
      domainDetails(context, of),
      maybe(recordsOf(context, of)),
      maybe(cmr.mailboxes.list({ query: { userId: of.userId } })),
      maybe(cmr.subscriptions.list({ query: { domain: of.domain } })),
      maybe(cmr.wallet.get()),
      lastEventAt(store.db),
    ],
  )
  return {
    of,
    domain: details,
    mail: records && mailFindings(records.records, provider),
    mailboxes: mailboxes?.data.rows.filter((one) => isOnDomain(one, of.domain)),
    subscriptions: subscriptions?.data.rows,
    balance: wallet?.data.balance,
    lastWebhookAt,
  }
}

/** One link that CMR does not tell of leaves the others to be looked at. */
function maybe<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch(() => undefined)
}
