import { rememberSecret, scrubText } from '../process/seen-secrets.ts'
import { isObject } from './json.ts'

/** Parts of names that tell a credential wherever they stand, also in the languages of customers' systems. */
const secretName =
  /pass(word|wort|phrase|wd|code)|pwd|secret|token|(api|private|access|signing)[-_]?key|recovery|backup[-_]?codes?|totp|authorization|bearer|cookie|kennwort|contrase[nñ]a|wachtwoord|l[oö]senord|passord|adgangskode|salasana|jelsz[oó]|motdepasse|mot[-_ ]de[-_ ]passe|geheim|schl[uü]e?ssel|senha|has[lł]o|heslo|parol(?!ed)|[sş]ifre|secreto|segreto|пароль|密码|密碼|パスワード|비밀번호|סיסמ|كلمة/i

/** Words that tell a credential only where they stand alone: `smtpPass` and `imap.auth`, but no bypass and no author. */
const secretWords = new Set(
  'pass passwd pw otp pin jwt mfa 2fa clave chave mdp cle clé seed mnemonic session sid psk'.split(' '),
)
/**
 * Words that name a credential where a text follows them, and only its container where an object does:
 * `credentials: [{credentialId, email}]` is what "Get Connected Platforms" answers.
 */
const containerWords = new Set('key keys credential credentials cred creds auth'.split(' '))

/** `smtpPass`, `smtp_pass` and `smtp.pass` are two words each. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[\s._:/-]+/)
}

/** Returns whether a field of this name holds a credential, whatever its value is. */
export function isCredential(name: string): boolean {
  return secretName.test(name) || wordsOf(name).some((word) => secretWords.has(word))
}

/** Returns whether a text in a field of this name is a credential: `key` is, `credentialId` is not. */
export function isCredentialText(name: string): boolean {
  if (isCredential(name)) return true
  const words = wordsOf(name)
  return !/^ids?$/.test(words.at(-1) ?? '') && words.some((word) => containerWords.has(word))
}

/** Returns whether a field must be left out of everything that is stored, logged or shown. */
export function holdsCredential(name: string, value: unknown): boolean {
  if (isCredential(name)) return true
  const isContainer = Array.isArray(value)
    ? value.every((item) => typeof item === 'object')
    : typeof value === 'object' || typeof value === 'boolean'
  return !isContainer && isCredentialText(name)
}

/**
 * Returns a copy without the fields that hold credentials, at any depth, and with credentials that the bot has
 * seen elsewhere taken out of its texts: what is stored, logged or shown.
 * @param value anything parsed from JSON; nested too deeply for the stack, it throws RangeError
 */
export function dropCredentials(value: unknown): unknown {
  if (typeof value === 'string') return scrubText(value)
  if (Array.isArray(value)) return value.map(dropCredentials)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !holdsCredential(name, inner))
      .map(([name, inner]) => [name, dropCredentials(inner)]),
  )
}

/**
 * Returns a sentence of CMR's without the value after "password:" and the like. A value without a digit or a sign is
 * left, so that "Password: required" stays a sentence.
 */
export function unlabelled(text: string): string {
  return text.replace(
    /((?:pass(?:word|wort|code)|kennwort|secret|token|api[-_ ]?key|contraseña)["']?\s{0,3}(?:[:=]|is)\s{0,3})(?=["']?[^\s"']{0,60}[\d!@#$%^&*+?])["']?[^\s"',;]{4,300}/gi,
    '$1[removed]',
  )
}

/** Remembers every text in fields that are named like a credential. Walks without recursion: depth is no limit. */
export function rememberCredentials(value: unknown): void {
  const open: { value: unknown; secret: boolean }[] = [{ value, secret: false }]
  for (let next = open.pop(); next; next = open.pop()) {
    const { value: at, secret } = next
    if (typeof at === 'string') {
      if (secret) rememberSecret(at)
    } else if (Array.isArray(at)) for (const item of at) open.push({ value: item, secret })
    else if (isObject(at))
      for (const [name, inner] of Object.entries(at)) {
        const named = typeof inner === 'string' ? isCredentialText(name) : isCredential(name)
        open.push({ value: inner, secret: secret || named })
      }
  }
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
