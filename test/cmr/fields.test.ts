import { expect, test } from 'vitest'
import { cmrText } from '../../src/cmr/endpoints/fields.ts'

const read = (text: string) => cmrText({ label: 'Company' }).safeParse(text)

test.each(['O&#39;Brien', 'Oak &amp; Ember', 'A&#x26;B', 'Ünïcode 株式会社', 'No. 5, (c/o) #2 - A'])(
  '%s is taken as it stands',
  (text) => expect(read(text)).toMatchObject({ success: true, data: text }),
)

test.each([
  ['a<b', '“<”'],
  ['a&lt;b', '“<”'],
  ['a&#60;b', '“<”'],
  ['half;way', '“;”'],
  ['a&#x110000;b', '“;”'],
])('%s is refused, and what is wrong is named', (text, wrong) => {
  expect(read(text).error?.issues[0]?.message).toContain(wrong)
})
