import { registerHooks } from 'node:module'
import type { Permission } from '../src/commands/permissions.ts'

// The bot without access and audit, for `bench/access.ts`: everything that effects nothing is allowed without a look at
// anything, all else refused, and no row is written.

registerHooks({
  resolve(specifier, context, next) {
    const isReplaced = ['./access/access.ts', './access/audit/audit.ts'].includes(specifier)
    return next(
      isReplaced && context.parentURL?.endsWith('/src/command-flow.ts') ? import.meta.url : specifier,
      context,
    )
  },
})

const allowed: Permission = { allowed: true, role: 'admin', reason: '' }
const refused: Permission = { allowed: false, refusal: 'Refused.', reason: '' }

export const createAccess = () => ({
  admins: () => [],
  decide: async (_: string, { effect }: { readonly effect: string }) =>
    effect === 'read' ? allowed : refused,
})

export const createAudit = () => ({ record: async () => 1 })
