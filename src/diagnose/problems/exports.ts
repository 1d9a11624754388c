import { type Login, platformNames } from '../../cmr/answers/exports.ts'
import { type Mailbox, mailboxNamedBy } from '../../cmr/answers/mailboxes.ts'
import { quoted } from '../../commands/grammar.ts'
import { escapeText, longestValue } from '../../slack/blocks.ts'
import { type DomainFacts, known, mailboxesIn } from '../facts.ts'
import { type FixButton, mailboxesLost, mailboxNames, type ProblemCheck, sentenceFrom } from '../problem.ts'

/** What platforms say of a login that they no longer take. */
const loginRefused = /oauth|token|invalid_grant|unauthori[sz]ed|expired|revoked|password|log ?in|credential/i

interface FailedExport {
  readonly mailbox: Mailbox
  readonly credentialId: string | undefined
  readonly message: string
  /** ISO 8601; empty where CMR does not tell it. */
  readonly at: string
}

/** The mailboxes whose newest export failed. */
function failedIn(facts: DomainFacts): FailedExport[] {
  return (mailboxesIn(facts) ?? []).flatMap((mailbox) => {
    const [newest] = [...(mailbox.exports ?? [])].sort((a, b) =>
      (b.updatedAt ?? '').localeCompare(a.updatedAt ?? ''),
    )
    const { status = '', credentialId, message = '', updatedAt: at = '' } = newest ?? {}
    return /fail|error|reject|cancel|expire/i.test(status) ? [{ mailbox, credentialId, message, at }] : []
  })
}

/** The login that a failure is about; the only one, where CMR does not say it. */
function loginOf({ credentialId }: FailedExport, logins: readonly Login[]): Login | undefined {
  return (
    logins.find((one) => one.credentialId === credentialId) ?? (logins.length === 1 ? logins[0] : undefined)
  )
}

/**
 * The login that its platform no longer takes: CMR says so, or an export has failed of it. One that was connected
 * after that failure may work again.
 */
function expired(facts: DomainFacts): { login: Login; failed: FailedExport | undefined } | undefined {
  const logins = known(facts.logins) ?? []
  const refused = failedIn(facts)
    .filter(({ message }) => loginRefused.test(message))
    .map((failed) => ({ failed, login: loginOf(failed, logins) }))
    .find(({ failed, login }) => login && !((login.connectedAt ?? '') > failed.at))
  if (refused?.login) return { login: refused.login, failed: refused.failed }
  const login = logins.find(({ connected }) => connected === false)
  return login && { login, failed: undefined }
}

const target = ({ platform, email }: Login) => `${platformNames[platform]} (${escapeText(email)})`

export const exportLoginExpired: ProblemCheck = {
  id: 'export-login-expired',
  link: 'Exports',
  level: 'advice',
  follows: ['customer-gone'],
  find(facts) {
    const found = expired(facts)
    if (!found) return undefined
    const { login, failed } = found
    const reconnect: FixButton = {
      text: `Reconnect ${platformNames[login.platform]}`,
      actionId: 'exports.update',
      value: `userId=${facts.of.userId} credentialId=${login.credentialId}`,
    }
    return {
      short: 'login expired',
      sentence: `The login of ${target(login)} no longer works${failed ? `: ${sentenceFrom(failed.message)}` : '.'} Nothing can be exported there until it is renewed.`,
      todo: 'Enter its password again, then export again.',
      buttons: [reconnect, ...(failed ? exportAgain(facts, login, [failed.mailbox]) : [])],
    }
  },
}

export const exportFailed: ProblemCheck = {
  id: 'export-failed',
  link: 'Exports',
  level: 'advice',
  follows: [...mailboxesLost, 'export-login-expired'],
  find(facts) {
    const [first, ...others] = failedIn(facts)
    if (!first) return undefined
    const login = loginOf(first, known(facts.logins) ?? [])
    const same = [first, ...others].filter(({ credentialId }) => credentialId === first.credentialId)
    const mailboxes = same.map(({ mailbox }) => mailbox)
    const all = mailboxesIn(facts) ?? []
    return {
      short: `${mailboxes.length} failed`,
      sentence: `The export of ${mailboxNames(mailboxes, all).replace('All of', 'all of')}${login ? ` to ${target(login)}` : ''} failed${first.message ? `: ${sentenceFrom(first.message)}` : '.'}`,
      buttons: login ? exportAgain(facts, login, mailboxes) : reexport(first.mailbox),
    }
  },
}

function exportAgain(
  { of }: DomainFacts,
  { credentialId }: Login,
  mailboxes: readonly Mailbox[],
): FixButton[] {
  const to = `userId=${of.userId} credentialId=${credentialId}`
  const ids = mailboxes.flatMap((one) => mailboxNamedBy(one) ?? [])
  if (ids.length === 0) return []
  const value = `${to} mailboxIds=${quoted(ids.join(' '))}`
  const short = value.length <= longestValue ? value : `${to} domain=${of.domain}`
  return [{ text: 'Export again', actionId: 'exports.send', value: short }]
}

/** What was not exported to a platform goes by the provider's OAuth. */
function reexport(mailbox: Mailbox): FixButton[] {
  const id = mailboxNamedBy(mailbox)
  return id === undefined
    ? []
    : [{ text: 'Export again', actionId: 'mailboxes.reexport', value: `mailboxId=${id}` }]
}
