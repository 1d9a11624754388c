import { code, cut, escapeText, type Message, section } from './blocks.ts'

/**
 * A list of names and codes, as `geo countries` and `geo states` show it.
 * @param entries name → code
 */
export function placeList(title: string, entries: readonly (readonly [string, string])[]): Message {
  if (entries.length === 0)
    return { text: `${title}: none`, blocks: [section(`*${escapeText(title)}*: none found`)] }
  const lines = entries.map(([name, placeCode]) => `${escapeText(name)} ${code(placeCode)}`)
  const blocks = [section(`*${escapeText(title)}* (${entries.length})`)]
  let page = ''
  for (const line of lines) {
    if (page.length + line.length > 2900) {
      blocks.push(section(page))
      page = ''
    }
    page += `${page ? ' · ' : ''}${line}`
  }
  blocks.push(section(cut(page, 3000)))
  return { text: title, blocks }
}
