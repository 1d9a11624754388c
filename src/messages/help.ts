import type { Command } from '../commands/command.ts'
import { fieldsOf } from '../commands/field.ts'
import { actions, button, context, cut, escapeText, header, type Message, section } from './blocks.ts'

/** `/cmr users create <email> [--search …]`, from the declaration. */
export function usage(command: Command): string {
  const all = fieldsOf(command.input)
  const words = command.positional.map((name) => {
    const required = all.find((field) => field.name === name)?.required
    return required ? `<${name}>` : `[${name}]`
  })
  const flags = all.some((field) => !command.positional.includes(field.name)) ? ['[--field value …]'] : []
  const verb = command.verb === 'show' ? [] : [command.verb]
  return ['/cmr', command.noun, ...verb, ...words, ...flags].join(' ')
}

const marks = { read: '', write: ' · writes', charge: ' · costs money', destroy: ' · cannot be undone' }

/** `/cmr help`: every noun with its verbs. */
export function helpMessage(nouns: ReadonlyMap<string, readonly Command[]>): Message {
  const lines = [...nouns].map(
    ([noun, commands]) =>
      `*${noun}*  ${commands.map((command) => (command.verb === 'show' ? command.summary : command.verb)).join(', ')}`,
  )
  return {
    text: 'What you can say to /cmr',
    blocks: [
      header('What you can say'),
      section(cut(lines.join('\n'), 3000)),
      context(
        '`/cmr help users` explains one of them · `/cmr users create` opens a form · `/cmr` alone shows buttons',
      ),
    ],
  }
}

/** `/cmr help users`: each verb of a noun with its usage. */
export function nounHelp(noun: string, commands: readonly Command[]): Message {
  return {
    text: `Help on ${noun}`,
    blocks: [header(noun), ...commands.map((command) => section(verbHelp(command)))],
  }
}

function verbHelp(command: Command): string {
  const known = fieldsOf(command.input)
  const flags = known
    .filter((field) => !command.positional.includes(field.name))
    .map((field) => `\`--${field.name}\`${field.required ? '*' : ''}`)
  const more = flags.length ? `\n${flags.join(' ')}` : ''
  return cut(
    `*${escapeText(command.summary)}*${marks[command.effect]}\n\`${escapeText(usage(command))}\`${more}`,
    3000,
  )
}

/** Bare `/cmr` and App Home: the things done most, as buttons. */
export function launcher(): Message {
  return {
    text: 'What would you like to do?',
    blocks: [
      section('*What would you like to do?*'),
      actions(
        button({ text: 'Create user', actionId: 'users.create', style: 'primary' }),
        button({ text: 'Find', actionId: 'find.show' }),
        button({ text: 'Users', actionId: 'users.list' }),
        button({ text: 'Wallet', actionId: 'wallet.get' }),
        button({ text: 'Is the bot well?', actionId: 'status.show' }),
        button({ text: 'Help', actionId: 'help.show' }),
      ),
      context('Or type it: `/cmr find acme`, `/cmr users get jane@acme.com`, `/cmr wallet`, `/cmr help`'),
    ],
  }
}
