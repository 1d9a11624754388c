import { z } from 'zod'
import { roles, sensitiveChanges } from '../commands/permissions.ts'

const cents = z.number().int().min(0)

/** A role of a person or a user group. */
const grant = z.object({
  /** Slack user id, or `S…` of a user group. */
  subject: z.string(),
  role: z.enum(roles),
  /** CMR's user ids that it holds for; all of them where it is left out. */
  customers: z.array(z.string()).optional(),
  /** ISO 8601: it ends then. */
  until: z.string().optional(),
  /** They are a guest of the workspace, and an admin has let them in: they have nothing but what is given like this. */
  guest: z.boolean().optional(),
  by: z.string(),
  at: z.string(),
})

/** What a role, or a person, may spend. */
const limit = z.object({
  /** A role, or a Slack user id. */
  subject: z.string(),
  operation: cents.optional(),
  day: cents.optional(),
  month: cents.optional(),
})

const shape = z.object({
  grants: z.array(grant).default([]),
  limits: z.array(limit).default([]),
  /** Cents that all people together may spend in a month. */
  budget: cents.optional(),
  approvals: z
    .object({
      /** Slack channel id; without it nothing can be approved. */
      channel: z.string().optional(),
      approvers: z.number().int().min(1).max(2).default(1),
      /** What asks for an approval whatever it costs, admins too. */
      always: z.array(z.enum(sensitiveChanges)).default([]),
      /** What takes two approvers whatever `approvers` says. */
      twice: z.array(z.enum(sensitiveChanges)).default([]),
      /** An open request expires after so many. */
      hours: z.number().int().min(1).max(720).default(24),
    })
    .prefault({}),
  frozen: z.object({ by: z.string(), at: z.string(), why: z.string().optional() }).optional(),
})

/** Who may do what, as admins have decided it. */
export type Policy = z.output<typeof shape>
export type Grant = z.output<typeof grant>
export type SpendLimit = z.output<typeof limit>

/** Reads a stored policy; what an older version of the bot did not know is left as it was then. */
export function parsePolicy(content: string): Policy {
  return shape.parse(JSON.parse(content))
}

/** Before any admin has decided anything. */
export const firstPolicy: Policy = shape.parse({})
