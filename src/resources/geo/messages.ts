import { code, escapeText, type Message, section, sections } from '../../slack/blocks.ts'

/**
 * A list of names and codes, as `geo countries` and `geo states` show it.
 * @param entries name → code
 */
export function placeList(title: string, entries: readonly (readonly [string, string])[]): Message {
  const text = `${escapeText(title)}: ${entries.length || 'none'}`
  const lines = entries.map(([name, placeCode]) => `${escapeText(name)} ${code(placeCode)}`)
  return { text, blocks: [section(`*${text}*`), ...sections(lines, ' · ')] }
}
