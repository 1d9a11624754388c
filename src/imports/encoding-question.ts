import type { KnownBlock } from '@slack/types'
import { encodingNames, readAs, wordsInDoubt } from '../commands/encoding.ts'
import { spokenOf } from '../commands/grammar.ts'
import type { SheetDoubt } from '../commands/read-csv.ts'
import { actions, button, cut, escapeText, inPlaceSuffix, section } from '../slack/blocks.ts'

/** Names that the question shows. */
const NAMED = 8

/**
 * Asks whether a file's letters were meant as they were read: its bytes do not say it, and a wrong name would be sent
 * without a word. Each button reads the file in another way.
 * @param file.id `noun.verb` of the command that takes it
 */
export function encodingQuestion(
  { encoding, others, text }: SheetDoubt,
  file: { readonly id: string; readonly fileId: string },
): KnownBlock[] {
  const names = wordsInDoubt(text, NAMED).map((name) => `“${escapeText(cut(name, 60))}”`)
  const read = `${readAs(encoding)}: ${names.join(', ')}.`
  if (others.length === 0) return [section(`:grey_question: ${read}`)]
  const buttons = others.map((other, at) => {
    const [sample = ''] = wordsInDoubt(other.text, 1)
    return button({
      text: `${encodingNames[other.encoding]}: ${sample}`,
      actionId: `${file.id}:${inPlaceSuffix}${at}`,
      value: spokenOf({ file: file.fileId, encoding: other.encoding }),
    })
  })
  return [
    section(`:grey_question: ${read} *Is that right?* If not, press the button that shows the right name.`),
    actions(...buttons),
  ]
}
