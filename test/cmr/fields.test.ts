import { expect, test } from 'vitest'
import { cmrText } from '../../src/cmr/endpoints/fields.ts'
import { userFields } from '../../src/cmr/endpoints/users.ts'

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

test('a phone number is taken as people write it, and sent as CMR wants it', () => {
  const { phoneCc, phone } = userFields.shape
  expect([phoneCc.parse('+1'), phone.parse('(212) 555-12.34')]).toEqual(['1', '2125551234'])
  expect(phone.safeParse('call me').success).toBe(false)
})
