import { randomBytes } from 'node:crypto'
import { createEmulator } from 'emulate'
import type { Channel, Json } from './types.ts'

const app = { id: 'A0CMRPLAY', bot: 'B0CMRPLAY', user: 'U0CMRPLAY', name: 'CMR' }

const people = [
  { handle: 'ana', name: 'Ana Keller' },
  { handle: 'omar', name: 'Omar Diaz' },
  { handle: 'vera', name: 'Vera Novak' },
]

/** People who appear in channels without being full members ("User object"). */
const outsiders = [
  { handle: 'gwen', name: 'Gwen Guest', account: { is_restricted: true } },
  { handle: 'sid', name: 'Sid Single', account: { is_restricted: true, is_ultra_restricted: true } },
  { handle: 'stan', name: 'Stan Elsewhere', account: { team_id: 'T0ELSEWHERE', is_stranger: false } },
  { handle: 'stella', name: 'Stella Stranger', account: { team_id: 'T0ELSEWHERE', is_stranger: true } },
  { handle: 'dora', name: 'Dora Gone', account: { deleted: true } },
  { handle: 'robo', name: 'Robo', account: { is_bot: true } },
]

const channels = [
  { name: 'cmr-alerts', topic: 'What CMR tells us, as it happens' },
  { name: 'ops', topic: 'Domains, mailboxes, warm-up' },
  { name: 'billing', topic: 'Wallet, renewals, invoices' },
]

const scopes = [
  ...[
    'commands',
    'chat:write',
    'chat:write.public',
    'files:read',
    'files:write',
    'users:read',
    'users:read.email',
  ],
  ...[
    'channels:read',
    'channels:history',
    'channels:join',
    'groups:read',
    'groups:history',
    'im:read',
    'im:write',
  ],
  ...['im:history', 'team:read', 'reactions:write', 'pins:write', 'bookmarks:write'],
]

/** Scopes that people have and the bot does not. */
const personScopes = [...scopes, 'channels:manage']

export interface WorkspacePerson {
  readonly id: string
  readonly name: string
  readonly handle: string
}

/** A Slack workspace on loopback, with its people, channels and an installed app. */
export interface Workspace {
  readonly url: string
  readonly team: { readonly id: string; readonly domain: string }
  readonly app: typeof app
  readonly token: string
  readonly signingSecret: string
  readonly people: readonly WorkspacePerson[]
  /** People who are not full members: guests, people of another company, somebody who has left, a bot. */
  readonly outsiders: readonly WorkspacePerson[]
  /** Fields of `users.info` that the emulator lacks; a test may change them. */
  readonly accounts: Map<string, Json>
  readonly channels: readonly Channel[]
  /** Fields of `conversations.info` that the emulator lacks, by the channel's id; a test may change them. */
  readonly sharing: Map<string, Json>
  /** Which outsiders are in a channel, by its id: the emulator would have all of them in every one. */
  readonly invited: Map<string, readonly string[]>
  /** Calls the Web API as the bot, or as a person. Throws when Slack answers `ok: false`. */
  call(method: string, body: Json, as?: string): Promise<Json>
  close(): Promise<void>
}

/** Starts the emulator, seeds it and lets the bot join every channel. */
export async function startWorkspace(): Promise<Workspace> {
  const token = `xoxb-playground-${randomBytes(8).toString('hex')}`
  const signingSecret = randomBytes(16).toString('hex')
  const personToken = (handle: string) => `xoxp-${handle}-${token.slice(-8)}`
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    seed: {
      tokens: {
        [token]: { login: app.user, scopes },
        ...Object.fromEntries(
          people.map(({ handle }) => [personToken(handle), { login: handle, scopes: personScopes }]),
        ),
      },
      slack: {
        signing_secret: signingSecret,
        team: { name: 'Acme Outreach', domain: 'acme-outreach' },
        users: [...people, ...outsiders].map(({ handle, name }) => ({
          name: handle,
          real_name: name,
          email: `${handle}@acme.test`,
        })),
        channels,
        oauth_apps: [
          {
            app_id: app.id,
            client_id: '1.1',
            client_secret: 'playground',
            name: app.name,
            redirect_uris: [],
            scopes,
            bot_id: app.bot,
            bot_user_id: app.user,
            bot_name: 'cmr',
          },
        ],
        tokens: [
          {
            token,
            type: 'bot',
            user_id: app.user,
            bot_user_id: app.user,
            bot_id: app.bot,
            app_id: app.id,
            scopes,
          },
          ...people.map(({ handle }) => ({
            token: personToken(handle),
            user: handle,
            scopes: personScopes,
          })),
        ],
      },
    },
  })

  async function call(method: string, body: Json, as = token): Promise<Json> {
    const response = await fetch(`${emulator.url}/api/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${as}` },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as Json
    if (answer.ok !== true) throw new Error(`Slack answered ${String(answer.error)} to ${method}`)
    return answer
  }

  const listed = (await call('users.list', {})).members as { id: string; name: string }[]
  const found = (await call('conversations.list', { limit: 200 })).channels as { id: string; name: string }[]
  const idOf = (name: string, list: { id: string; name: string }[]) =>
    list.find((one) => one.name === name)?.id ?? ''
  const seeded = channels.map((channel) => ({ ...channel, id: idOf(channel.name, found) }))
  for (const channel of seeded) await call('conversations.join', { channel: channel.id })

  const known = outsiders.map((one) => ({ ...one, id: idOf(one.handle, listed) }))

  return {
    url: emulator.url,
    team: { id: String((await call('auth.test', {})).team_id), domain: 'acme-outreach' },
    app,
    token,
    signingSecret,
    people: people.map((person) => ({ ...person, id: idOf(person.handle, listed) })),
    outsiders: known.map(({ account: _, ...person }) => person),
    accounts: new Map(known.map(({ id, account }) => [id, account as Json])),
    channels: seeded,
    sharing: new Map(),
    invited: new Map(),
    call: (method, body, as) => call(method, body, as ? personToken(as) : token),
    close: () => emulator.close(),
  }
}
