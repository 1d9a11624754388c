import { z } from 'zod'
import { domainName, nameText } from '../normal-forms.ts'

/** What CMR allows in its strings ("Create User"): letters, digits, spaces and . , ' # & ( ) / - */
const allowed = /^[\p{L}\p{M}\p{N} .,'#&()/-]*$/u

/** HTML entities: CMR decodes them before it checks ("Create User"). */
const entities = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|apos|quot|lt|gt|nbsp));/gi
const named: Readonly<Record<string, string>> = {
  amp: '&',
  apos: "'",
  quot: '"',
  lt: '<',
  gt: '>',
  nbsp: ' ',
}

function decoded(text: string): string {
  return text.replace(entities, (entity, decimal?: string, hex?: string, name?: string) => {
    if (name) return named[name.toLowerCase()] ?? entity
    const point = decimal ? Number(decimal) : Number.parseInt(hex ?? '', 16)
    return point <= 0x10ffff ? String.fromCodePoint(point) : entity
  })
}

/** What a picker of states offers while the country is not known: it can be chosen, and says what to do. */
export const noCountryYet = '?'

/** A string under CMR's character rule; entities such as `&#39;` count as what they stand for. */
export function cmrText(meta: { label: string; hint?: string; example?: string; picker?: string }) {
  return z
    .string()
    .min(1, 'Fill this in.')
    .refine((text) => allowed.test(decoded(text)), {
      error: (issue) =>
        issue.input === noCountryYet
          ? 'Pick the country first, then its state.'
          : `CMR does not accept ${forbidden(String(issue.input))} here: only letters, digits, spaces and . , ' # & ( ) / -`,
    })
    .meta({ ...(!meta.picker && { normal: nameText }), ...meta })
}

function forbidden(text: string): string {
  return [...new Set([...decoded(text)].filter((character) => !allowed.test(character)))]
    .map((c) => (/\p{Default_Ignorable_Code_Point}/u.test(c) ? 'an invisible character' : `“${c}”`))
    .join(' ')
}

export const userId = z
  .string()
  .min(1)
  .meta({ label: 'Customer', hint: 'E-mail, company or id', picker: 'user' })
/** Labels of letters, digits and hyphens, in any script, the last without digits (RFC 1035, RFC 5890). */
const domainShape =
  /^(?=.{4,253}$)([\p{L}\p{M}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?\.)+(\p{L}{2,}|xn--[a-z\d-]+)$/iu
/** With or without its scheme; what follows the host may be anything. */
const webAddress = /^(https?:\/\/)?([\p{L}\p{N}-]+\.)+[\p{L}\d-]{2,}([:/?#]\S*)?$/iu

/** A domain that CMR has. */
export const domain = z.string().min(1).meta({ label: 'Domain', example: 'acme.com', picker: 'domain' })
export const domains = z
  .array(domain)
  .min(1, 'Name at least one domain.')
  .meta({ label: 'Domains', picker: 'domain' })
/** A domain that is still to be had: there is nothing to pick from. */
export const newDomain = z
  .string()
  .min(1)
  .refine((text) => domainShape.test(text), {
    error: ({ input }) => `“${input}” is not a domain. Give its name alone, such as acme.com.`,
  })
  .meta({ label: 'Domain', example: 'acme.com', normal: domainName })
export const newDomains = z
  .array(newDomain)
  .min(1, 'Name at least one domain.')
  .meta({ label: 'Domains', hint: 'One per line', normal: domainName })
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
export const credentialId = z.string().min(1).meta({
  label: 'Login',
  hint: 'The platform, or the login’s id: /cmr exports platforms shows both',
  example: 'smartlead',
})
export const page = z.number().int().min(1).meta({ label: 'Page', hidden: true })
export const limit = z
  .number()
  .int()
  .min(1)
  .max(100)
  .meta({ label: 'Rows per page', hint: '100 at most', hidden: true })
export const autoRenew = z.boolean().meta({ label: 'Auto-renew' })
export const provider = z.enum(['GOOGLE', 'MICROSOFT']).meta({ label: 'Provider' })
export const billingCycle = z.literal('MONTHLY').meta({ label: 'Billing cycle' })
export const forwardTo = z
  .string()
  .min(1)
  .refine((text) => webAddress.test(text), 'Give one web address, such as https://acme.com.')
  .meta({ label: 'Forward to', example: 'https://acme.com' })

/** Where a Google workspace's mailboxes are authorised. */
export const googleRoute = z
  .object({
    googleOauthRoute: z.string().optional(),
    clientId: z.string().optional(),
    appName: z.string().optional(),
  })
  .meta({ label: 'Google OAuth' })
export const microsoftOauthRoute = z.string().min(1).meta({ label: 'Microsoft OAuth route' })

/** What an order says about how its mailboxes are authorized. */
interface ProviderRoute {
  readonly serviceProvider?: string | undefined
  readonly google?: Readonly<Record<string, unknown>> | undefined
  readonly microsoftOauthRoute?: string | undefined
}

/**
 * Returns what an order lacks to be authorized at its provider, or undefined ("Creates order json": `google` is needed
 * for GOOGLE, `microsoftOauthRoute` for MICROSOFT). CMR does not say which fields of `google` it needs: one of the
 * route and the client ID is taken for enough.
 */
export function missingRoute(order: ProviderRoute): 'google' | 'microsoftOauthRoute' | undefined {
  const { serviceProvider = 'GOOGLE', google, microsoftOauthRoute } = order
  if (serviceProvider === 'MICROSOFT') return microsoftOauthRoute ? undefined : 'microsoftOauthRoute'
  return google?.googleOauthRoute || google?.clientId ? undefined : 'google'
}

/** What people read for each of them. */
export const missingRouteSentences = {
  google: 'CMR needs the Google OAuth route, or the client ID, for mailboxes at Google.',
  microsoftOauthRoute: 'CMR needs the Microsoft OAuth route for mailboxes at Microsoft.',
} as const

/** The same order schema, refused where the provider's own route is missing. */
export const withProviderRoute = <Body extends z.ZodObject>(body: Body) =>
  body.superRefine((order, { addIssue }) => {
    const missing = missingRoute(order as ProviderRoute)
    if (missing) addIssue({ code: 'custom', path: [missing], message: missingRouteSentences[missing] })
  })

/** The address of a picture: JSON requests take no picture itself ("Creates order json", "Update mailbox details"). */
export const pictureAddress = z
  .url({ protocol: /^https$/, error: 'Give the address of a picture, such as https://acme.com/jane.png.' })
  .meta({ label: 'Profile picture', example: 'https://acme.com/jane.png' })

/** What CMR writes as "one or the other": exactly one of the two fields is given. */
export const exactlyOne = <Body extends z.ZodObject>(
  body: Body,
  one: keyof Body['shape'] & string,
  other: keyof Body['shape'] & string,
) =>
  body.refine((given) => !given[one] !== !given[other], {
    error: `Give either ${one} or ${other}, one of them.`,
  })

/** An object of which nothing is promised. */
export const anything = z.looseObject({})
/** A list that CMR may also answer as null. */
export const listOf = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? [])
/** What an answer may leave out. Null says no more than nothing does. */
export const perhaps = <Value extends z.ZodType>(value: Value) =>
  value
    .nullish()
    .transform((given) => given ?? undefined)
    .optional()
