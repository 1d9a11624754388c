/** The remaining work for one event, in characters compared. */
export interface MatchBudget {
  left: number
}

/** Returns a budget of about 10 ms for one event and all routes. An event of one domain needs a thousandth of it. */
export const workFor = (): MatchBudget => ({ left: 2_000_000 })

/** No domain (RFC 1035) and no event name of CMR is longer. Longer text is truncated. */
const LONGEST_NAME = 255

/** One position of a pattern: a certain character, any character, or one of a class. */
type PatternToken = string | typeof ANY | ReadonlySet<string>

const ANY = Symbol('any character')
/** The most alternatives of `{a,b}` in one pattern. With more, the braces are matched literally. */
const MOST_ALTERNATIVES = 64
/** The most characters of a range such as `[a-z]`. */
const WIDEST_RANGE = 256

/** Matches text that contains a wildcard. */
export const wildcards = /[*?[{]/

/**
 * Compiles patterns of names: `*` stands for any characters, `?` for one, `[abc]` for one of these, `{a,b}` for either.
 * Case makes no difference. Each star takes the first position that fits, without backtracking, so that a match
 * takes at most (length of the pattern) × (length of the text) steps: no pattern can keep the process busy.
 * @returns a function that reports whether a text matches one of the patterns. It spends the budget; once the budget
 *   is used up it returns true, since one alert too many is better than a missed one.
 * @example compilePatterns(['*.acme.com'])('mail.acme.com') // true
 */
export function compilePatterns(
  patterns: readonly string[],
): (text: string, budget?: MatchBudget) => boolean {
  const names = new Set<string>()
  const globs: PatternToken[][][] = []
  for (const pattern of patterns.map((one) => one.toLowerCase())) {
    if (!wildcards.test(pattern)) names.add(pattern)
    else globs.push(...alternatives(pattern).map(segmentsOf))
  }
  return (text, budget = workFor()) => {
    budget.left--
    const said = text.slice(0, LONGEST_NAME).toLowerCase()
    return names.has(said) || globs.some((segments) => budget.left <= 0 || matches(segments, said, budget))
  }
}

/** Expands `{a,b}.com` to `a.com` and `b.com`. */
function alternatives(pattern: string): string[] {
  let found = ['']
  for (const part of pattern.split(/(\{[^{}]*\})/)) {
    const choices = part.startsWith('{') && part.endsWith('}') ? part.slice(1, -1).split(',') : [part]
    if (found.length * choices.length > MOST_ALTERNATIVES) return [pattern]
    found = found.flatMap((before) => choices.map((choice) => before + choice))
  }
  return found
}

/** Splits a pattern at its stars into segments of single tokens. */
function segmentsOf(pattern: string): PatternToken[][] {
  const segments: PatternToken[][] = [[]]
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    const end = character === '[' ? pattern.indexOf(']', at + 2) : -1
    if (character === '*') segments.push([])
    else if (end > at) {
      segments.at(-1)?.push(classOf(pattern.slice(at + 1, end)))
      at = end
    } else segments.at(-1)?.push(character === '?' ? ANY : character)
  }
  // `**` means `*`, so an empty segment between two stars is dropped.
  return segments.filter((one, at) => one.length > 0 || at === 0 || at === segments.length - 1)
}

/** Returns the characters of a class such as `[a-z0]`. */
function classOf(inside: string): ReadonlySet<string> {
  const characters = new Set<string>()
  for (let at = 0; at < inside.length; at++) {
    const first = inside.charCodeAt(at)
    const last = inside[at + 1] === '-' && at + 2 < inside.length ? inside.charCodeAt(at + 2) : first
    for (let code = first; code <= last && code < first + WIDEST_RANGE; code++)
      characters.add(String.fromCharCode(code))
    if (last !== first) at += 2
  }
  return characters
}

/** Returns true if a text begins with the first segment, ends with the last, and has the others in order between them. */
function matches(segments: readonly PatternToken[][], text: string, budget: MatchBudget): boolean {
  const first = segments[0] ?? []
  const last = segments.at(-1) ?? []
  if (segments.length === 1) return text.length === first.length && standsAt(first, text, 0, budget)
  const end = text.length - last.length
  if (end < first.length || !standsAt(first, text, 0, budget) || !standsAt(last, text, end, budget))
    return false
  let from = first.length
  for (const segment of segments.slice(1, -1)) {
    while (from + segment.length <= end && !standsAt(segment, text, from, budget)) from++
    if (from + segment.length > end) return false
    from += segment.length
  }
  return true
}

function standsAt(
  segment: readonly PatternToken[],
  text: string,
  from: number,
  budget: MatchBudget,
): boolean {
  for (let at = 0; at < segment.length; at++) {
    budget.left--
    const token = segment[at]
    const character = text.charAt(from + at)
    if (token === ANY || token === character) continue
    if (typeof token === 'object' && token.has(character)) continue
    return false
  }
  return true
}
