import { type Login, type Platform, platformNames, platforms } from '../../cmr/answers/exports.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import {
  actions,
  button,
  code,
  context,
  counted,
  date,
  escapeText,
  listed,
  type Message,
  mostRows,
  section,
  sections,
} from '../../slack/blocks.ts'
import { menu, namelessNote } from '../../slack/list.ts'

/** A customer, as receipts name one and buttons carry one. */
export interface OfCustomer {
  readonly userId: string
  readonly name: string
}

/** A customer's platforms: which are connected, by whom, and what can be done. */
export function platformList({ userId, name }: OfCustomer, logins: readonly Login[]): Message {
  const connected = new Set(logins.map((one) => one.platform))
  const names = [...connected].map((one) => platformNames[one]).join(', ')
  const title = `${escapeText(name)}: ${names ? `connected to ${names}` : 'not connected to any platform yet'}`
  const open = platforms.filter((one) => !connected.has(one))
  const connects = open.map((platform) =>
    button({
      text: `Connect ${platformNames[platform]}`,
      actionId: `exports.connect:${platform}`,
      value: `userId=${userId} app=${platform}`,
    }),
  )
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...logins.map((login) => loginSection(userId, login)),
      ...(connects.length ? [actions(...connects)] : []),
    ],
  }
}

function loginSection(userId: string, login: Login) {
  const { platform, email, credentialId, connectedAt, metadata } = login
  const chosen = metadata.orgId ?? metadata.workspace
  const details = [
    escapeText(email),
    connectedAt && `since ${date(connectedAt)}`,
    chosen && `in ${escapeText(chosen)}`,
    platform === 'INSTANTLY' && !metadata.orgId && ':warning: choose its organization before you export',
  ]
  const text = `*${platformNames[platform]}*  ${details.filter(Boolean).join(' · ')}`
  if (!credentialId) return section(`${text}\n${namelessNote}`)
  const of = `userId=${userId} credentialId=${credentialId}`
  return section(
    text,
    menu(`exports.more:${credentialId}`, {
      'Export mailboxes': `exports.send ${of}`,
      [platform === 'INSTANTLY' ? 'Choose organization' : 'Change the login']: `exports.update ${of}`,
      Workspaces: `exports.workspaces credentialId=${credentialId}`,
      Disconnect: `exports.disconnect ${of}`,
    }),
  )
}

/** After a login was stored at CMR. */
export function connectedReceipt(
  { userId, name }: OfCustomer,
  platform: Platform,
  email: string,
  credentialId: string,
): Message {
  const isInstantly = platform === 'INSTANTLY'
  const next = button({
    text: isInstantly ? 'Choose its organization' : 'Export mailboxes',
    actionId: isInstantly ? 'exports.update' : 'exports.send',
    value: `userId=${userId} credentialId=${credentialId}`,
    style: 'primary',
  })
  return receipt({
    text: `:white_check_mark: *${platformNames[platform]}* connected as ${escapeText(email)} for *${escapeText(name)}*`,
    notes: [
      ...(credentialId ? [`credentialId ${code(credentialId)}`] : []),
      'The password was sent to CMR and is stored nowhere else.',
    ],
    buttons: [
      ...(credentialId ? [next] : []),
      button({ text: 'All platforms', actionId: 'exports.platforms', value: userId }),
    ],
  })
}

const loginName = ({ platform, email }: Login) => `*${platformNames[platform]}* login ${escapeText(email)}`

/** After a login was changed. @param login as it is now @param changed labels of the fields that differ from before */
export function loginUpdatedReceipt(
  { userId, name }: OfCustomer,
  login: Login,
  changed: readonly string[],
): Message {
  const value = `userId=${userId} credentialId=${login.credentialId}`
  return receipt({
    text: `:white_check_mark: ${loginName(login)} of *${escapeText(name)}* saved`,
    follows: [
      changed.length > 0
        ? `Changed: ${changed.map(escapeText).join(', ')}. The next export uses it; what was exported before stays as it is.`
        : 'Nothing changed.',
    ],
    buttons: [
      button({ text: 'Export mailboxes', actionId: 'exports.send', value }),
      button({ text: 'All platforms', actionId: 'exports.platforms', value: userId }),
    ],
  })
}

/** After a login was removed. */
export function disconnectedReceipt({ userId, name }: OfCustomer, login: Login): Message {
  return receipt({
    text: `:wastebasket: ${loginName(login)} of *${escapeText(name)}* disconnected`,
    follows: [
      'What was exported stays there. Nothing more can be exported until somebody connects it again.',
    ],
    buttons: [
      button({
        text: 'Connect again',
        actionId: 'exports.connect',
        value: `userId=${userId} app=${login.platform}`,
      }),
      button({ text: 'All platforms', actionId: 'exports.platforms', value: userId }),
    ],
  })
}

/** Before a login is removed; mrkdwn. */
export function disconnectText({ platform, email }: Login): string {
  return `*Disconnect ${platformNames[platform]}?*\nThe login ${escapeText(email)} is removed from CMR. What was exported stays there. Nothing more can be exported until somebody connects it again.`
}

type NamedMailboxes = readonly { readonly name: string }[]

const addresses = (mailboxes: NamedMailboxes) =>
  listed(
    mailboxes.map((one) => escapeText(one.name)),
    1500,
  )
const count = (mailboxes: NamedMailboxes) => counted(mailboxes.length, 'mailbox', 'mailboxes')
const target = (to: Login | undefined) =>
  to ? `${platformNames[to.platform]} (${escapeText(to.email)})` : 'the platform'

/** Before an export; mrkdwn. */
export function exportText(
  to: Login | undefined,
  mailboxes: NamedMailboxes,
  idle: readonly string[],
): string {
  const lines = [`*Export ${count(mailboxes)} to ${target(to)}?*`, addresses(mailboxes)]
  if (idle.length)
    lines.push(
      `:information_source: Left out, since only ACTIVE mailboxes can be exported: ${listed(idle.map(escapeText), 800)}`,
    )
  if (to?.platform === 'REACHINBOX') lines.push('ReachInbox accepts exports only on a paid plan.')
  return lines.join('\n')
}

/** After an export was accepted. */
export function exportReceipt(to: Login | undefined, mailboxes: NamedMailboxes): Message {
  return receipt({
    text: `:outbox_tray: Exporting ${count(mailboxes)} to ${target(to)}`,
    follows: [addresses(mailboxes)],
  })
}

/** What can be chosen at a platform. */
export function workspaceList(workspaces: readonly { id: string; name: string }[]): Message {
  const title = workspaces.length ? counted(workspaces.length, 'workspace') : 'No workspace there'
  const lines = workspaces.map(({ id, name }) => `• *${escapeText(name)}*  ${code(id)}`)
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...sections(lines).slice(0, mostRows),
      context('Instantly’s is chosen with `/cmr exports update`.'),
    ],
  }
}
