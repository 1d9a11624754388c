import { declaredCommands } from '../../../src/command-list.ts'
import { closeForm, type Journey, say } from './studio.ts'

export const forms: Journey = async (page, { take }) => {
  for (const { noun, verb, input } of [...declaredCommands().nouns.values()].flat()) {
    if (Object.keys(input.shape).length === 0) continue
    await say(page, `/cmr ${noun} ${verb}`)
    await page
      .getByRole('dialog')
      .waitFor({ timeout: 4000 })
      .catch(() => undefined)
    await take(page, `form-${noun}-${verb}`)
    await closeForm(page)
  }
}
