import { domainToASCII } from 'node:url'
import { isListMark } from './list-marks.ts'

/** Domain names out of what was pasted. */
export interface DomainNames {
  /** In lower case, as the DNS has them, each once, in the order given. */
  readonly names: readonly string[]
  readonly repeated: readonly string[]
  /** What is no domain, as it was given. */
  readonly wrong: readonly string[]
}

/** RFC 1035, 2.3.4 and RFC 1123, 2.1 */
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const LONGEST = 253

/** Reads names and URLs, whatever stands between them: lines, commas, spaces. */
export function parseDomainNames(given: string | readonly string[]): DomainNames {
  const words = [given]
    .flat()
    .join('\n')
    .split(/[\s,;|]+/)
    .filter((word) => word && !isListMark(word))
  // As a set: a pasted list may have thousands.
  const names = new Set<string>()
  const repeated: string[] = []
  const wrong: string[] = []
  for (const word of words) {
    const name = domainName(word)
    if (!name) wrong.push(word)
    else if (names.has(name)) repeated.push(name)
    else names.add(name)
  }
  return { names: [...names], repeated, wrong }
}

/** `https://www.Acme.com/about` → acme.com, `bücher.de` → xn--bcher-kva.de; undefined for what is no domain. */
function domainName(word: string): string | undefined {
  const bare = word
    .replace(/^<|>$/g, '')
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^www\./i, '')
    .replace(/\.$/, '')
  if (!/^[\p{L}\p{M}\p{N}.-]+$/u.test(bare)) return undefined
  const name = domainToASCII(bare)
  const labels = name.split('.')
  const ending = labels.at(-1) ?? ''
  if (labels.length < 2 || name.length > LONGEST || !labels.every((one) => label.test(one))) return undefined
  return /^[a-z]{2,}$|^xn--/.test(ending) ? name : undefined
}
