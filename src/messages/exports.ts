import type { KnownBlock, Overflow } from '@slack/types'
import { type Login, type Platform, platformNames } from '../commands/nouns/exports/platforms.ts'
import {
  actions,
  button,
  code,
  context,
  cut,
  date,
  escapeText,
  type Message,
  plain,
  section,
} from './blocks.ts'

/** A platform as people call it; one that is not known yet as CMR does. @param app safe in mrkdwn, as is what comes back */
export function platformName(app: string): string {
  return Object.hasOwn(platformNames, app) ? platformNames[app as Platform] : app
}

/** A customer's platforms: which are connected, by whom, and what can be done. */
export function platformList(userId: string, logins: readonly Login[]): Message {
  const connected = new Set(logins.map((one) => one.platform))
  const title = connected.size
    ? `Connected to ${[...connected].map((one) => platformNames[one]).join(', ')}`
    : 'Connected to no platform yet'
  const open = (Object.keys(platformNames) as Platform[]).filter((one) => !connected.has(one))
  return {
    text: title,
    blocks: [
      section(`*${title}*`),
      ...logins.map((login) => loginSection(userId, login)),
      ...(open.length
        ? [
            actions(
              ...open.map((platform) =>
                button({
                  text: `Connect ${platformNames[platform]}`,
                  actionId: `exports.connect:${platform}`,
                  value: `userId=${userId} app=${platform}`,
                }),
              ),
            ),
          ]
        : []),
    ],
  }
}

function loginSection(userId: string, login: Login): KnownBlock {
  const { platform, email, credentialId, connectedAt, metadata } = login
  const chosen = metadata.orgId ?? metadata.workspace
  const details = [
    escapeText(email),
    connectedAt && `since ${date(connectedAt)}`,
    chosen && `in ${escapeText(chosen)}`,
    platform === 'INSTANTLY' && !metadata.orgId && ':warning: choose its organisation before you export',
  ]
  const entry = (text: string, verb: string) => ({
    text: plain(text),
    value: `exports.${verb} ${verb === 'workspaces' ? '' : `userId=${userId} `}credentialId=${credentialId}`,
  })
  const menu: Overflow = {
    type: 'overflow',
    action_id: `exports.more:${credentialId}`,
    options: [
      entry('Export mailboxes', 'send'),
      entry(platform === 'INSTANTLY' ? 'Choose organisation' : 'Change the login', 'update'),
      entry('Workspaces', 'workspaces'),
      entry('Disconnect', 'disconnect'),
    ],
  }
  const text = `*${platformNames[platform]}*  ${details.filter(Boolean).join(' · ')}`
  return { ...section(text), accessory: menu }
}

/** After a login was stored at CMR. */
export function connectedReceipt(
  userId: string,
  platform: Platform,
  email: string,
  credentialId: string,
): Message {
  const text = `:white_check_mark: *${platformNames[platform]}* connected as ${escapeText(email)}`
  const next =
    platform === 'INSTANTLY'
      ? button({
          text: 'Choose its organisation',
          actionId: 'exports.update',
          value: `userId=${userId} credentialId=${credentialId}`,
          style: 'primary',
        })
      : button({
          text: 'Export mailboxes',
          actionId: 'exports.send',
          value: `userId=${userId} credentialId=${credentialId}`,
          style: 'primary',
        })
  return {
    text,
    blocks: [
      section(text),
      context(`credentialId ${code(credentialId)}`, 'The password went to CMR and is kept nowhere else.'),
      actions(next, button({ text: 'All platforms', actionId: 'exports.platforms', value: userId })),
    ],
  }
}

/** Before a login is removed; mrkdwn. */
export function disconnectText({ platform, email }: Login): string {
  return `*Disconnect ${platformNames[platform]}?*\nThe login ${escapeText(email)} is removed from CMR. What was exported stays there; nothing more can be exported until somebody connects it again.`
}

type Named = readonly { readonly name: string }[]

const addresses = (mailboxes: Named) => cut(mailboxes.map((one) => escapeText(one.name)).join(', '), 1500)
const count = (mailboxes: Named) => `${mailboxes.length} mailbox${mailboxes.length === 1 ? '' : 'es'}`
const target = (to: Login | undefined) =>
  to ? `${platformNames[to.platform]} (${escapeText(to.email)})` : 'the platform'

/** Before an export; mrkdwn. */
export function exportText(to: Login | undefined, mailboxes: Named, idle: readonly string[]): string {
  const lines = [`*Export ${count(mailboxes)} to ${target(to)}?*`, addresses(mailboxes)]
  if (idle.length)
    lines.push(
      `:information_source: Left out, because not ACTIVE: ${cut(idle.map(escapeText).join(', '), 800)}`,
    )
  if (to?.platform === 'REACHINBOX') lines.push('ReachInbox takes them only on a paid plan.')
  return lines.join('\n')
}

/** After an export was accepted. */
export function exportReceipt(
  to: Login | undefined,
  mailboxes: Named,
  actionId: string | undefined,
): Message {
  const text = `:outbox_tray: Exporting ${count(mailboxes)} to ${target(to)}`
  return {
    text,
    blocks: [
      section(`${text}\n${addresses(mailboxes)}`),
      ...(actionId ? [context(`actionId ${code(actionId)}`)] : []),
    ],
  }
}

/** What can be chosen at a platform. */
export function workspaceList(workspaces: readonly { id: string; name: string }[]): Message {
  const title = workspaces.length
    ? `${workspaces.length} workspace${workspaces.length === 1 ? '' : 's'}`
    : 'No workspace there'
  const lines = workspaces.slice(0, 50).map(({ id, name }) => `• *${escapeText(name)}*  ${code(id)}`)
  return {
    text: title,
    blocks: [
      section(cut([`*${title}*`, ...lines].join('\n'), 3000)),
      context('Instantly’s is chosen with `/cmr exports update`.'),
    ],
  }
}
