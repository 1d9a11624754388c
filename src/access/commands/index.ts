import type { Command } from '../../commands/command.ts'
import type { AccessNeeds } from '../access-command.ts'
import { approvalCommands } from '../approvals/commands.ts'
import { freezeCommands } from './freeze.ts'
import { limitCommands } from './limits.ts'
import { peopleCommands } from './people.ts'

/** `/cmr access …`, `/cmr freeze`, `/cmr unfreeze`. */
export function accessCommands(needs: AccessNeeds): Command[] {
  return [...peopleCommands, ...limitCommands, ...approvalCommands, ...freezeCommands].map((one) =>
    one(needs),
  )
}
