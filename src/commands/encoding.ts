import { analyse } from 'chardet'
import { ungarbled } from './garbled.ts'

/** The encodings in which programs on Windows write text, as people know them. */
const windowsNames = {
  'windows-1250': 'Central European',
  'windows-1251': 'Cyrillic',
  'windows-1252': 'Western European',
  'windows-1253': 'Greek',
  'windows-1254': 'Turkish',
  'windows-1257': 'Baltic',
  shift_jis: 'Japanese',
  gb18030: 'Chinese, simplified',
  big5: 'Chinese, traditional',
  'euc-kr': 'Korean',
} as const

/** What people choose from where a file may be meant in several ways; UTF-8 may have been garbled by a program. */
export const encodingNames = {
  ...windowsNames,
  'utf-8': 'As in the file',
  'utf-8-twice': 'Put right',
} as const

export type Encoding = keyof typeof encodingNames
export const encodings = Object.keys(encodingNames) as [Encoding, ...Encoding[]]
const windowsEncodings = Object.keys(windowsNames) as (keyof typeof windowsNames)[]

/** Text that may be read in several ways, since its file does not say how. */
export interface EncodingDoubt {
  /** How it was read. */
  readonly encoding: Encoding
  /** The other ways that make sense, the likeliest first. */
  readonly others: readonly { readonly encoding: Encoding; readonly text: string }[]
}

export interface DecodedText {
  readonly text: string
  readonly doubt?: EncodingDoubt | undefined
}

/**
 * Reads the text of a file: UTF-8 and UTF-16 are certain, anything else is what a detector and the look of its words
 * make likeliest.
 * @param chosen what a person says it is, where it is neither
 */
export function decodeText(bytes: Uint8Array, chosen?: Encoding): DecodedText {
  const unicode = unicodeOf(bytes)
  if (unicode !== undefined) return perhapsGarbled(unicode, chosen)
  const ranked = candidatesFor(bytes)
  const best = (chosen && ranked.find(({ encoding }) => encoding === chosen)) ?? ranked[0]
  // Windows-1252 gives every byte a character, so there is always one.
  if (!best) return { text: new TextDecoder('windows-1252').decode(bytes) }
  const others = ranked.filter(
    ({ text, oddity }) => text !== best.text && oddity <= 3 * (ranked[0]?.oddity ?? 0) + 2,
  )
  // Names that are the same in both are rather called by the commoner one.
  const common = ranked.find(({ encoding, text }) => encoding === 'windows-1252' && text === best.text)
  return {
    text: best.text,
    doubt: { encoding: (common ?? best).encoding, others: unlike(others).slice(0, OFFERED) },
  }
}

/** Reads garbled letters as they were meant, unless a person says that they are right. */
function perhapsGarbled(text: string, chosen: Encoding | undefined): DecodedText {
  const meant = ungarbled(text)
  if (meant === undefined) return { text }
  const asItIs = { encoding: 'utf-8', text } as const
  const putRight = { encoding: 'utf-8-twice', text: meant } as const
  const [read, other] = chosen === 'utf-8' ? [asItIs, putRight] : [putRight, asItIs]
  return { text: read.text, doubt: { encoding: read.encoding, others: [other] } }
}

function unicodeOf(bytes: Uint8Array): string | undefined {
  const [one, two] = bytes
  if (one === 0xff && two === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (one === 0xfe && two === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  const wide = withoutMark(bytes)
  if (wide) return new TextDecoder(wide).decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** UTF-16 without its mark: every second byte of Latin letters, digits and separators is zero. */
function withoutMark(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const head = bytes.subarray(0, 2000)
  const zeros = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1
  const [even = 0, odd = 0] = zeros
  const many = head.length / 4
  if (odd > many && even === 0) return 'utf-16le'
  return even > many && odd === 0 ? 'utf-16be' : undefined
}

/** Ways to read a file that a person chooses from. */
const OFFERED = 5

interface Candidate {
  readonly encoding: Encoding
  readonly text: string
  readonly oddity: number
}

/** Detectors name the encodings of the standards that those of Windows extend. */
const windows: Readonly<Record<string, Encoding>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-5': 'windows-1251',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-9': 'windows-1254',
  'KOI8-R': 'windows-1251',
}

/** Detectors take milliseconds a kilobyte. */
const DETECTED = 20_000

function candidatesFor(bytes: Uint8Array): Candidate[] {
  const confidence = new Map<string, number>()
  const head = bytes.subarray(0, DETECTED)
  // A few names are lost among column names and addresses: they are looked at by themselves too.
  for (const part of [head, wordsBeyondAscii(head)]) {
    for (const { name, confidence: sure } of analyse(part)) {
      const encoding = windows[name] ?? name.toLowerCase()
      confidence.set(encoding, sure + (confidence.get(encoding) ?? 0))
    }
  }
  const found = windowsEncodings.flatMap((encoding): Candidate[] => {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
      return [{ encoding, text, oddity: oddityOf(text) }]
    } catch {
      return []
    }
  })
  const sure = ({ encoding }: Candidate) => confidence.get(encoding) ?? 0
  return found.sort((a, b) => a.oddity - b.oddity || sure(b) - sure(a))
}

function wordsBeyondAscii(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1')
  const words = text.match(/[A-Za-z\u0080-\u00FF]*[\u0080-\u00FF][A-Za-z\u0080-\u00FF]*/g) ?? []
  return Buffer.from(words.join(' '), 'latin1')
}

/** How many words no person would write so: signs among letters, accents in a row, a capital behind a small letter. */
function oddityOf(text: string): number {
  let odd = 0
  for (const [word] of text.slice(0, DETECTED).matchAll(/[^\s,;|"]*[^\p{ASCII}\s][^\s,;|"]*/gu)) {
    odd += word.match(/[^\p{ASCII}\p{L}\p{M}’‘“”„–—…€®©°№]/gu)?.length ?? 0
    odd += word.match(/(?:(?!\p{ASCII})\p{sc=Latn}){3,}/gu)?.length ?? 0
    odd += word.match(/\p{Ll}(?!\p{ASCII})\p{Lu}/gu)?.length ?? 0
    // Words are of one script.
    if (/\p{sc=Latn}/u.test(word) && /[\p{sc=Cyrl}\p{sc=Grek}\p{sc=Hani}\p{sc=Hang}]/u.test(word)) odd++
    // Half-width forms and rare characters are what single bytes look like in a double-byte encoding.
    odd += word.match(/[\uFF61-\uFF9F\uE000-\uF8FF]|[\u{10000}-\u{10FFFF}]/gu)?.length ?? 0
  }
  return odd
}

/** Those that say something different. */
function unlike(candidates: readonly Candidate[]): Candidate[] {
  return [...new Map(candidates.toReversed().map((one) => [one.text, one])).values()].toReversed()
}

/** Says how the letters of a file were read, and why that is to be looked at. */
export function readAs(encoding: Encoding): string {
  if (encoding === 'utf-8') return 'Some letters of this file look garbled. They were left as they are'
  if (encoding === 'utf-8-twice')
    return 'Some letters of this file were garbled by another program. They were corrected'
  return `The file does not say which encoding it has. It was read as *${encodingNames[encoding]}*`
}

/** The words of a text that only its encoding tells, each once. */
export function wordsInDoubt(text: string, most: number): string[] {
  const found = new Set<string>()
  for (const [words] of text.matchAll(/[^\t\r\n,;|"]*[^\p{ASCII}][^\t\r\n,;|"]*/gu)) {
    found.add(words.trim())
    if (found.size === most) break
  }
  return [...found]
}
