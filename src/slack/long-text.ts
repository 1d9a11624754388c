import type { SectionBlock } from '@slack/types'
import { section, sections } from './blocks.ts'

/** Sections of one text in a message of 50 blocks, or in a view of 100. */
const MOST_SECTIONS = 30
/** "Block Kit reference: section". */
const LONGEST = 3000

/**
 * Names in a row, as many as fit; how many more there are is said.
 * @param names escaped mrkdwn
 * @param length characters, what is said of the rest included
 */
export function listed(names: readonly string[], length: number, between = ', '): string {
  const whole = names.join(between)
  if (whole.length <= length) return whole
  let shown = ''
  let count = 0
  for (const name of names) {
    const longer = count === 0 ? name : `${shown}${between}${name}`
    if (longer.length + REST > length) break
    shown = longer
    count++
  }
  return `${shown}${between === ', ' ? ' ' : between}and ${names.length - count} more`.trim()
}

/** " and 1000 more" */
const REST = 20

/** A text in as many paragraphs as it takes. Nothing of it is lost: of a text beyond every bound it is said how much. */
export function paragraphs(mrkdwn: string): SectionBlock[] {
  const blocks = sections(mrkdwn.split('\n').flatMap(pieces))
  if (blocks.length <= MOST_SECTIONS) return blocks
  const left = blocks.slice(MOST_SECTIONS - 1).reduce((sum, { text }) => sum + (text?.text.length ?? 0), 0)
  return [...blocks.slice(0, MOST_SECTIONS - 1), section(`_${left} more characters are not shown._`)]
}

/** A line cut where words end, and never within what was escaped. */
function pieces(line: string): string[] {
  if (line.length <= LONGEST) return [line]
  const space = line.lastIndexOf(' ', LONGEST)
  const at = space > LONGEST / 2 ? space : LONGEST - 10
  const whole =
    at === space ? at : at - (/&[a-z]{0,3}$|[\uD800-\uDBFF]$/.exec(line.slice(0, at))?.[0].length ?? 0)
  return [line.slice(0, whole), ...pieces(line.slice(whole).trimStart())]
}
