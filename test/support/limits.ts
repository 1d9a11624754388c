/** Slack's limits, checked on everything that tests see ("Block Kit reference"). @returns what breaks them */
export function limitsBroken(
  kind: 'message' | 'view',
  content: { text?: unknown; blocks: unknown[] },
): string[] {
  const broken: string[] = []
  const most = kind === 'message' ? 50 : 100
  if (content.blocks.length > most) broken.push(`${content.blocks.length} blocks`)
  if (kind === 'message' && content.blocks.length > 0 && !content.text) broken.push('blocks without text')
  if (typeof content.text === 'string' && content.text.length > 4000)
    broken.push(`text of ${content.text.length}`)
  for (const block of content.blocks) broken.push(...blockFaults(block as Json))
  return broken
}

type Json = Record<string, unknown>

/** Lengths by place; each is a path to a text or list. */
const longest: [path: string[], most: number, ofType?: string][] = [
  [['text', 'text'], 3000, 'section'],
  [['text', 'text'], 150, 'header'],
  [['fields'], 10],
  [['elements'], 25, 'actions'],
  [['elements'], 10, 'context'],
  [['label', 'text'], 2000],
  [['hint', 'text'], 2000],
  [['block_id'], 255],
  [['element', 'options'], 100],
  [['element', 'placeholder', 'text'], 150],
]

function blockFaults(block: Json): string[] {
  const faults = longest.flatMap(([path, most, type]) => {
    const found = path.reduce<unknown>((at, name) => (at as Json | undefined)?.[name], block)
    const length = typeof found === 'string' || Array.isArray(found) ? found.length : 0
    return (type === undefined || block.type === type) && length > most
      ? [`${block.type}: ${path.join('.')} of ${length}`]
      : []
  })
  const empty = block.type === 'section' && (block.text as Json | undefined)?.text === ''
  const elements = [block.accessory, block.element, ...((block.elements as Json[] | undefined) ?? [])].filter(
    Boolean,
  ) as Json[]
  return [...faults, ...(empty ? ['section: empty text'] : []), ...elements.flatMap(elementFaults)]
}

function elementFaults(element: Json): string[] {
  const label = (element.text as Json | undefined)?.text
  const faults: string[] = []
  if (element.type === 'button' && String(label).length > 75) faults.push('button: text too long')
  if (String(element.value ?? '').length > 2000) faults.push('value too long')
  if (String(element.action_id ?? '').length > 255) faults.push('action_id too long')
  return faults
}
