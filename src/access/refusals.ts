import type { Consequence, Permission, Role } from '../commands/permissions.ts'
import type { Policy } from './policy.ts'

/** Why a consequence needs more than a plain write. */
const consequenceReasons: Readonly<Record<Consequence, string>> = {
  'ends later': 'What it switches off ends later, unless somebody acts.',
  'moves mail': 'It changes where mail goes.',
  'silences others': 'Other people would no longer get alerts that they get today.',
  grants: 'It changes what people may do.',
}

/** Returns the answer to what is stopped for everybody. */
export function frozen(what: string, { by, why }: NonNullable<Policy['frozen']>, ask: string): Permission {
  const reason = why ? ` (${why})` : ''
  return {
    allowed: false,
    reason: 'frozen',
    refusal: `*${what}* is stopped: <@${by}> has frozen everything that charges or cannot be undone${reason}. Nothing was done. An admin can allow it again with \`/cmr unfreeze\`. ${ask}`,
  }
}

/**
 * Returns why a role for some customers does not do; mrkdwn.
 * @param whose the customers that it is about: none where that is not known, undefined where it is never about some
 */
export function outsideScope(what: string, whose: readonly string[] | undefined, ask: string): string {
  const why =
    whose === undefined
      ? 'your role is for some customers only, and this is not about one of them alone'
      : whose.length === 0
        ? 'your role is for some customers only: name one of them, or something of theirs'
        : 'your role is not for this customer'
  return `*${what}*: ${why}. Nothing was done. ${ask}`
}

/** Returns why somebody may not do what needs more than they are, and whom to ask; mrkdwn. */
export function refusal(
  what: string,
  has: Role,
  needs: Role,
  consequence: Consequence | undefined,
  ask: string,
): string {
  const yours =
    has === 'none'
      ? 'you have no role here'
      : has === 'finance'
        ? 'you have the role *finance*'
        : `you are ${named(has)}`
  const why = consequence ? ` ${consequenceReasons[consequence]}` : ''
  return `*${what}* needs ${named(needs)}, and ${yours}.${why} Nothing was done. ${ask}`
}

/** Returns whom to ask, in a sentence. */
export function whoToAsk(admins: readonly string[]): string {
  if (admins.length === 0)
    return 'Nobody is an admin yet: whoever runs the bot names the first ones in its settings.'
  return `Ask ${admins
    .slice(0, 5)
    .map((id) => `<@${id}>`)
    .join(', ')}.`
}

/** "an *operator*", "the role *finance*". */
function named(role: Role): string {
  if (role === 'finance' || role === 'none') return `the role *${role}*`
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} *${role}*`
}
