import type { Doubt } from '../../commands/command.ts'
import { flagWord, typedWord, type Word } from '../../commands/grammar.ts'
import { code } from '../../slack/blocks.ts'
import { isName, lineIn, type ZoneLine, zoneClass } from './zone-line.ts'

/** Returns the words of `dns add` with those that are a record as its fields: "@ 3600 IN MX 10 mail.acme.com". */
export function recordReworded(words: readonly Word[]): readonly Word[] {
  const { readings, others } = lineIn(words)
  const [read] = readings
  return read ? [...others, ...recordFlags(read.line)] : words
}

/** The same of `dns change`, whose record goes by its type and host. */
export function changeReworded(words: readonly Word[]): readonly Word[] {
  const { readings, others } = lineIn(words)
  const [read] = readings
  // "TXT www" is the record that changes, rather than what the one at the domain itself is to say.
  if (!read?.line.host || !read.line.value || read.isBareWord) return words
  return [...others, ...changeFlags(read.line)]
}

const recordFlags = ({ domain, recordType, host, value, priority }: ZoneLine) =>
  flags({ domain, recordType, host, value, priority })

/** The priority stays beside the value, where it is refused: CMR takes none with a change. */
const changeFlags = ({ domain, recordType, host, value, priority }: ZoneLine) =>
  flags({
    domain,
    recordId: host && `${recordType} ${host}`,
    recordType,
    host,
    value: value && priority ? `${priority} ${value}` : value,
  })

/** Returns what a record may be meant to be that is added: several lines, or one with a word that may be its host. */
export function addedDoubt(words: readonly Word[]): Doubt | undefined {
  const all =
    '*dns add* takes one at a time. `/cmr dns import` adds all of them from a CSV file. Which one first?'
  return recordsApart(words, all) ?? domainsApart(words) ?? severalReadings(words, recordFlags)
}

/** The same of a record that is changed. */
export function changedDoubt(words: readonly Word[]): Doubt | undefined {
  const all = '*dns update* takes one at a time. Which one first?'
  return recordsApart(words, all) ?? severalReadings(words, changeFlags)
}

/** Domains that are listed before a record: "acme.com and acme.io TXT @ …". */
function domainsApart(words: readonly Word[]): Doubt | undefined {
  const at = words.findIndex(({ text, quoted }) => !quoted && typeInCapitals.test(text))
  const before = words.slice(0, Math.max(at, 0))
  const bare = (word: Word) => word.text.replace(/[,;]$/, '')
  const isListed = (word: Word) => isName({ ...word, text: bare(word) })
  const isBetween = ({ text }: Word) => /^(?:and|or|&|\+|,)$/i.test(text)
  const names = before.filter(isListed)
  if (names.length < 2 || !before.some((word) => isBetween(word) || /[,;]$/.test(word.text))) return undefined
  const kept = before.filter((word) => !isListed(word) && !isBetween(word))
  return {
    sentence: '*dns add* takes one domain at a time. Which one?',
    ways: names.map((word) => ({
      label: bare(word),
      rest: [typedWord(bare(word)), ...kept, ...words.slice(at)],
    })),
  }
}

/** What people write between the parts of a record: "TXT www to hello", "with value hello". */
const sentenceWord = /^(?:and|to|into|is|as|with|value|host|record|type|->|=>|=|→)$/i

const MOST_SENTENCE_WORDS = 3

/** The same line without the words that may be the host or begin a text, or only belong to the sentence. */
function withoutSentenceWord(
  words: readonly Word[],
  most = MOST_SENTENCE_WORDS,
): { word: Word; line: ZoneLine } | undefined {
  const line = lineIn(words).readings[0]?.line
  // Any other value begins with no such word, so that a sentence alone is understood without asking.
  const isText = line?.recordType === 'TXT' || most < MOST_SENTENCE_WORDS
  const at = words.findIndex(
    ({ text, quoted }) =>
      !quoted &&
      sentenceWord.test(text) &&
      (line?.host === text || (isText && line?.value?.startsWith(`${text} `))),
  )
  const word = words[at]
  if (!line || !word || most === 0) return undefined
  // What "value" announces is the whole text: its first word is no host.
  const isAnnounced =
    line.recordType === 'TXT' && line.host === word.text && /^(?:value|to|with)$/i.test(word.text)
  const inPlace = isAnnounced && !/[=;]/.test(words[at + 1]?.text ?? '') ? [typedWord('@')] : []
  const without = words.toSpliced(at, 1, ...inPlace)
  const read = withoutSentenceWord(without, most - 1)?.line ?? lineIn(without).readings[0]?.line
  return read && { word, line: read }
}

/**
 * A number between a host and a value may be either of them, or how long the record is kept: "A 12345 203.0.113.7". So
 * may a word of a sentence.
 */
function severalReadings(
  words: readonly Word[],
  fields: (line: ZoneLine) => readonly Word[],
): Doubt | undefined {
  const { readings, others } = lineIn(words)
  const way = (line: ZoneLine) => ({
    label: [line.recordType, line.host, '→', line.value].filter(Boolean).join(' '),
    rest: [...others, ...fields(line)],
  })
  const without = withoutSentenceWord(words)
  if (without)
    return {
      sentence: `${code(without.word.text)} can be a part of the record, or of your sentence. Which record do you mean?`,
      ways: [without.line, ...readings.map(({ line }) => line)].map(way),
    }
  if (readings.length < 2) return undefined
  const doubtful = readings
    .flatMap(({ leftOut }) => leftOut)
    .find((word) => !readings.every(({ leftOut }) => leftOut.includes(word)))
  const apart = zoneClass.test(doubtful?.text ?? '')
    ? 'the class of a zone file'
    : 'how long it is kept, which CMR sets by itself'
  const parts = [
    ...(readings.some(({ line }) => line.host === doubtful?.text) ? ['the host'] : []),
    ...(readings.some(({ line }) => line.value?.split(' ').includes(doubtful?.text ?? ''))
      ? ['a part of the value']
      : []),
  ]
  return {
    sentence: `${code(doubtful?.text ?? '')} can be ${parts.join(', ')}, or ${apart}. Which record do you mean?`,
    ways: readings.map(({ line }) => way(line)),
  }
}

/** Lines that a message has room for buttons of. */
const MOST_LINES = 10

/**
 * Returns the records apart where several lines of a zone file were pasted; undefined for one record. A line without a
 * domain is one of the domain that was named before. A value goes on in the next line where that begins no record.
 * @param sentence what to do with all of them; mrkdwn
 */
function recordsApart(words: readonly Word[], sentence: string): Doubt | undefined {
  const lines: Word[][] = []
  const before: Word[] = []
  for (const line of linesOf(words)) {
    if (line.some(({ text, quoted }) => !quoted && typeInCapitals.test(text))) lines.push(line)
    else (lines.at(-1) ?? before).push(...line)
  }
  if (lines.length < 2) return undefined
  const domainIn = (line: readonly Word[]) => lineIn(line).readings[0]?.line.domain
  const domain = before.find(isName)?.text ?? lines.map(domainIn).find((name) => name)
  return {
    sentence,
    ways: lines.slice(0, MOST_LINES).map((line) => ({
      label: line.map(({ raw }) => raw).join(' '),
      rest: [
        ...(domain && !domainIn(line) ? [typedWord(domain)] : []),
        ...before.filter((word) => !isName(word)),
        ...line,
      ],
    })),
  }
}

/** As zone files have it; in small letters a word of a value may look so: `v=spf1 a mx`. */
const typeInCapitals = /^(?:A|CNAME|MX|TXT|NS)$/

function linesOf(words: readonly Word[]): Word[][] {
  const lines: Word[][] = []
  for (const word of words) {
    const line = lines.at(-1)
    if (!line || /[\n\r]/.test(word.gap)) lines.push([word])
    else line.push(word)
  }
  return lines
}

function flags(fields: Readonly<Record<string, string | undefined>>): Word[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    value === undefined ? [] : [flagWord(name, value)],
  )
}
