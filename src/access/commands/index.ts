import type { Command } from '../../commands/command.ts'
import type { AccessNeeds } from '../access-command.ts'
import { freezeCommands } from './freeze.ts'
import { peopleCommands } from './people.ts'

/** `/cmr access …`, `/cmr freeze`, `/cmr unfreeze`. */
export function accessCommands(needs: AccessNeeds): Command[] {
  return [...peopleCommands, ...freezeCommands].map((one) => one(needs))
}
