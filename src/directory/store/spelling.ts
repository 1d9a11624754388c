/** Longer phrases are not told apart by their rest. */
const LONGEST = 60

/** Names are not searched beyond this many words. */
const MOST_WORDS = 16

/**
 * A name as it is searched: without accents, in lower case, its words (whatever is a letter or a digit) with one
 * space between. "Müller & Söhne" → "muller sohne", "jane.doe@acme.com" → "jane doe acme com".
 */
export function spelled(name: string): string {
  const words = name
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .match(/[\p{L}\p{N}]+/gu)
  return (words ?? []).slice(0, MOST_WORDS).join(' ')
}

/** A phrase as the index holds it. */
export function phraseOf(words: string): string {
  return words.length <= LONGEST ? words : [...words].slice(0, LONGEST).join('')
}

/** What finds a name: the name from the beginning of each of its words. @param lines spelled names, one a line */
export function phrasesOf(lines: string): string[] {
  const phrases = lines.split('\n').flatMap((line) => {
    const words = line.split(' ')
    return words.map((_, at) => phraseOf(words.slice(at).join(' ')))
  })
  return [...new Set(phrases)].filter(Boolean)
}

/** A word from each of its letters on: "acme" → "cme", "me", "e". The word itself is found as a phrase. */
export function tailsOf(word: string): string[] {
  const letters = [...phraseOf(word)]
  return letters.slice(1).map((_, at) => letters.slice(at + 1).join(''))
}

/** The words of spelled names. */
export function wordsOf(lines: string): string[] {
  return [...new Set(lines.split(/[\n ]/))].map(phraseOf).filter(Boolean)
}

/** Sorts behind everything that begins with `text`, compared byte by byte. */
export function behind(text: string): string {
  return `${text}\u{10FFFF}`
}
