import { z } from 'zod'

/** What CMR allows in its strings ("Create User"): letters, digits, spaces and . , ' # & ( ) / - */
const allowed = /^[\p{L}\p{M}\p{N} .,'#&()/-]*$/u

/** A string under CMR's character rule. Entities such as `&#39;` are CMR's own affair: it decodes them first. */
export function cmrText(meta: { label: string; hint?: string; example?: string; picker?: string }) {
  return z
    .string()
    .min(1, 'Fill this in.')
    .refine((text) => allowed.test(text), {
      error: (issue) =>
        `CMR does not take ${forbidden(String(issue.input))} here: only letters, digits, spaces and . , ' # & ( ) / -`,
    })
    .meta(meta)
}

function forbidden(text: string): string {
  return [...new Set([...text].filter((character) => !allowed.test(character)))]
    .map((c) => `“${c}”`)
    .join(' ')
}

export const userId = z
  .string()
  .min(1)
  .meta({ label: 'User', hint: 'E-mail, company or userId', picker: 'user' })
/** A domain that CMR has. */
export const domain = z.string().min(1).meta({ label: 'Domain', example: 'acme.com', picker: 'domain' })
export const domains = z
  .array(domain)
  .min(1, 'Name at least one domain.')
  .meta({ label: 'Domains', picker: 'domain' })
/** A domain that is still to be had: there is nothing to pick from. */
export const newDomain = z.string().min(1).meta({ label: 'Domain', example: 'acme.com' })
export const newDomains = z
  .array(newDomain)
  .min(1, 'Name at least one domain.')
  .meta({ label: 'Domains', hint: 'One a line' })
export const mailboxId = z
  .string()
  .min(1)
  .meta({ label: 'Mailbox', hint: 'Its address, or its id', picker: 'mailbox' })
export const mailboxIds = z
  .array(mailboxId)
  .min(1, 'Name at least one mailbox.')
  .meta({ label: 'Mailboxes', picker: 'mailbox' })
export const subscriptionId = z
  .string()
  .min(1)
  .meta({ label: 'Subscription', hint: 'Its domain, or its id', picker: 'subscription' })
export const subscriptionIds = z
  .array(subscriptionId)
  .min(1, 'Name at least one subscription.')
  .meta({ label: 'Subscriptions', picker: 'subscription' })
export const orderId = z.string().min(1).meta({ label: 'Order', hint: 'Its id', picker: 'order' })
export const credentialId = z
  .string()
  .min(1)
  .meta({ label: 'Login', hint: 'Its credentialId: /cmr exports platforms shows it' })
export const page = z.number().int().min(1).meta({ label: 'Page', hidden: true })
export const limit = z
  .number()
  .int()
  .min(1)
  .max(100)
  .meta({ label: 'Rows a page', hint: '100 at most', hidden: true })
export const autoRenew = z.boolean().meta({ label: 'Auto-renew' })
export const provider = z.enum(['GOOGLE', 'MICROSOFT']).meta({ label: 'Provider' })
export const billingCycle = z.literal('MONTHLY').meta({ label: 'Billing cycle' })
export const forwardTo = z.string().min(1).meta({ label: 'Forward to', example: 'https://acme.com' })

/** Where a Google workspace's mailboxes are authorised. */
export const googleRoute = z
  .object({
    googleOauthRoute: z.string().optional(),
    clientId: z.string().optional(),
    appName: z.string().optional(),
  })
  .meta({ label: 'Google OAuth' })
export const microsoftOauthRoute = z.string().meta({ label: 'Microsoft OAuth route' })

export const none = z.object({})
export const noBody = z.undefined()
/** An object of which nothing is promised. */
export const anything = z.looseObject({})
/** A list that CMR may also answer as null. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? [])
/** Amounts come as decimal strings or numbers. */
export const amount = z.union([z.string(), z.number()])
