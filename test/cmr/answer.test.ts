import { expect, test } from 'vitest'
import { readAnswer } from '../../src/cmr/answer.ts'
import { mailboxes } from '../../src/cmr/endpoints/mailboxes.ts'
import { subscriptions } from '../../src/cmr/endpoints/subscriptions.ts'
import { users } from '../../src/cmr/endpoints/users.ts'

const answered = (data: string) => new Response(`{"status":200,"message":"ok","data":${data}}`)

test('ids in CMR’s answers are text to the last digit, also where they come as numbers', async () => {
  const { data } = await readAnswer(
    subscriptions.list,
    answered(
      '{"subscriptions":[{"subscriptionId":9007199254740993,"userId":12},{"subscriptionId":9007199254740992}]}',
    ),
  )
  expect(JSON.stringify(data)).toContain('"9007199254740993"')
  expect(JSON.stringify(data)).toContain('"9007199254740992"')
  expect(JSON.stringify(data)).toContain('"userId":"12"')
  expect((await readAnswer(users.create, answered('{"id":18446744073709551617}'))).data).toEqual({
    userId: '18446744073709551617',
  })
  const boxes = await readAnswer(mailboxes.list, answered('[{"mailboxId":36893488147419103233}]'))
  expect(JSON.stringify(boxes.data)).toContain('"36893488147419103233"')
})
