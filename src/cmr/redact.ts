/** Names of fields that hold credentials, in CMR's answers, webhooks and requests. */
const secretName =
  /pass(word|phrase|wd|code)|pwd|secret|token|(api|private|access|signing)[-_]?key|recovery|backup[-_]?codes?|totp|authorization|bearer|cookie/i
/** Words too short to be looked for everywhere: smtpPass and otp, but no bypass. */
const secretWord = /(^|[-_])(pass|otp|pin|jwt|mfa|2fa)$|[a-z\d](Pass|Otp|OTP|Pin|PIN|Jwt|JWT|Mfa|MFA)$/

/** Whether a field of this name holds a credential. */
export function isCredential(name: string): boolean {
  return secretName.test(name) || secretWord.test(name)
}

/**
 * A copy without the fields that hold credentials, at any depth: what is stored, logged or shown.
 * @param value anything parsed from JSON; nested too deeply for the stack, it throws RangeError
 */
export function dropCredentials(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(dropCredentials)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !isCredential(name))
      .map(([name, inner]) => [name, dropCredentials(inner)]),
  )
}

/**
 * What a value looks like without what it says: `{data: {id: number}}`. Safe to log.
 * @param depth how many levels are spelled out
 */
export function shapeOf(value: unknown, depth = 3): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length ? `[${shapeOf(value[0], depth - 1)} × ${value.length}]` : '[]'
  if (typeof value === 'string') return `text of ${value.length} characters`
  if (typeof value !== 'object') return typeof value
  if (depth <= 0) return '{…}'
  const names = Object.entries(value).slice(0, 20)
  return `{${names.map(([name, inner]) => `${name}: ${shapeOf(inner, depth - 1)}`).join(', ')}}`
}
