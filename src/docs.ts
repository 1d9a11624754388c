import { writeFileSync } from 'node:fs'
import { neededBy } from './access/roles.ts'
import { docsFile, renderEndpointDocs } from './cmr/docs.ts'
import { declaredCommands } from './command-list.ts'
import type { Command } from './commands/command.ts'
import { isForSomeCustomers } from './commands/field.ts'
import { said } from './commands/help-fields.ts'
import { renderTextDocs, textDocsFile } from './texts.ts'

/** Where `npm run docs` puts the table. */
export const permissionDocsFile = new URL('../docs/permissions.md', import.meta.url)

/** Returns the table of what each command needs, written from the declarations. */
export function renderPermissionDocs(): string {
  const rows = [...declaredCommands().nouns.values()].flat().map(row)
  return `# Who may run what

Written by \`npm run docs\` from the commands' declarations; a test fails when it is stale. Each role may do what those before
it may: \`none\`, \`viewer\`, \`operator\`, \`finance\`, \`admin\`. People of other workspaces, deactivated people and bots may run
nothing, and neither may a guest whom no admin has let in by name. \`test/chaos/matrix.test.ts\` tries every command by every
way to ask for it, as everybody in this table.

What follows from a command may need more than its effect. *By its values* says that this depends on what it is told.

A role may hold for some customers only. Then it reaches what is *theirs* and is named; a list shows *theirs only*, and says so;
*always* is what holds nothing of any customer; *never* is what is about all of them at once.

| command | | effect | needs | what follows | for some customers |
|---|---|---|---|---|---|
${rows.join('\n')}
`
}

function row(command: Command): string {
  const { summary, effect, consequence } = command
  const follows = typeof consequence === 'function' ? 'by its values' : (consequence ?? '')
  return `| \`${said(command)}\` | ${summary} | ${effect} | ${neededBy(command)} | ${follows} | ${forSome(command)} |`
}

function forSome(command: Command): string {
  if (!isForSomeCustomers(command)) return 'never'
  if (command.customers === 'nobodys') return 'always'
  return command.customers === 'narrowed' ? 'theirs only' : 'theirs'
}

if (import.meta.main) {
  writeFileSync(docsFile, renderEndpointDocs())
  writeFileSync(permissionDocsFile, renderPermissionDocs())
  writeFileSync(textDocsFile, renderTextDocs())
}
