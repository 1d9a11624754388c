import {
  actions,
  button,
  code,
  context,
  cut,
  escapeText,
  header,
  type Message,
  section,
} from '../slack/blocks.ts'
import { listed } from '../slack/long-text.ts'
import type { Command } from './command.ts'
import { fieldsOf } from './field.ts'

/** `/cmr users create <email>`, from the declaration. */
export function usage(command: Command): string {
  const all = typed(command)
  const words = command.positional.map((name) => {
    const required = all.find((field) => field.name === name)?.required
    return required ? `<${name}>` : `[${name}]`
  })
  const verb = command.verb === 'show' ? [] : [command.verb]
  return ['/cmr', command.noun, ...verb, ...words].join(' ')
}

/** Something that could be typed, where the usage alone leaves one guessing; mrkdwn. */
export function exampleLines({ noun, verb, example }: Command): string[] {
  const said = verb === 'show' ? noun : `${noun} ${verb}`
  return example ? [`_such as_ ${code(`/cmr ${said} ${example}`)}`] : []
}

/** What can be typed: files are put into the form. */
function typed(command: Command) {
  return fieldsOf(command.input).filter(({ hidden, kind }) => !hidden && kind !== 'file')
}

const marks = { read: '', write: ' · writes', charge: ' · costs money', destroy: ' · cannot be undone' }

/** `/cmr help`: every noun with its verbs. */
export function helpMessage(nouns: ReadonlyMap<string, readonly Command[]>): Message {
  return {
    text: 'Commands of /cmr',
    blocks: [
      header('Commands'),
      ...Object.entries(groups).flatMap(([title, members]) => {
        const known = members.filter((noun) => nouns.has(noun))
        const lines = known.map((noun) => `\`${noun}\`  ${verbsOf(nouns.get(noun) ?? [])}`)
        return lines.length > 0 ? [section(cut(`*${title}*\n${lines.join('\n')}`, 3000))] : []
      }),
      context(
        '`/cmr help users` explains one of them, `/cmr help users create` a part of it · `/cmr users create` opens its form · `/cmr` alone shows buttons · what your role does not allow is not listed',
      ),
    ],
  }
}

/** Nouns by what people come for. */
export const groups: Readonly<Record<string, readonly string[]>> = {
  'Look something up': ['find', 'diagnose', 'users', 'geo'],
  'Order and set up': ['orders', 'domains', 'dns', 'prewarm'],
  'Run mailboxes': ['mailboxes', 'warmup', 'placement', 'exports'],
  Money: ['renewals', 'subscriptions', 'wallet'],
  Alerts: ['digest', 'alerts', 'subscribe', 'unsubscribe', 'events'],
  'Who may do what': ['access', 'approvals', 'freeze', 'unfreeze', 'audit'],
  'The bot': ['operations', 'imports', 'errors', 'status', 'help'],
}

function verbsOf(commands: readonly Command[]): string {
  const [only, ...others] = commands
  if (only?.verb === 'show' && others.length === 0) return escapeText(only.summary)
  return commands.map(({ verb }) => verb).join(', ')
}

/** `/cmr help money`: the nouns of a group, each with what it does. */
export function groupHelp(title: string, nouns: ReadonlyMap<string, readonly Command[]>): Message {
  const members = (groups[title] ?? []).map((noun) => {
    const lines = (nouns.get(noun) ?? []).map((one) => `${code(usage(one))}  ${escapeText(one.summary)}`)
    return section(cut(`*${noun}*\n${lines.join('\n')}`, 3000))
  })
  return { text: `Help on ${title}`, blocks: [header(title), ...members] }
}

/** `/cmr help users`: each verb of a noun with its usage. */
export function nounHelp(noun: string, commands: readonly Command[]): Message {
  return {
    text: `Help on ${noun}`,
    blocks: [header(noun), ...commands.map((command) => section(verbHelp(command)))],
  }
}

function verbHelp(command: Command): string {
  const flags = typed(command)
    .filter((field) => !command.positional.includes(field.name))
    .map((field) => `\`--${field.name}\`${field.always ? ' (needed)' : ''}`)
  const lines = [
    `*${escapeText(command.summary)}*${marks[command.effect]}`,
    code(usage(command)),
    ...(flags.length ? [flags.join(' ')] : []),
    ...exampleLines(command),
  ]
  return listed(lines, 3000, '\n')
}

/** Bare `/cmr` and App Home: the things done most, as buttons. */
export function launcher(): Message {
  return {
    text: 'What would you like to do?',
    blocks: [
      section('*What would you like to do?*'),
      actions(
        button({ text: 'Find', actionId: 'find.show', style: 'primary' }),
        button({ text: 'Order domains', actionId: 'orders.create' }),
        button({ text: 'Create user', actionId: 'users.create' }),
      ),
      actions(
        button({ text: 'Renewals', actionId: 'renewals.list' }),
        button({ text: 'Wallet', actionId: 'wallet.get' }),
        button({ text: 'Open operations', actionId: 'operations.list' }),
        button({ text: 'Alerts', actionId: 'alerts.list' }),
        button({ text: 'Status', actionId: 'status.show' }),
        button({ text: 'Help', actionId: 'help.show' }),
      ),
      context('Or type it: `/cmr find acme` · `/cmr orders create` · `/cmr help`'),
    ],
  }
}
