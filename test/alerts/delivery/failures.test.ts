import { addSeconds } from 'date-fns/addSeconds'
import { expect, test } from 'vitest'
import { createProbe } from '../../../src/alerts/delivery/failures.ts'

const start = new Date('2026-11-24T12:00:00Z')

test('one channel that Slack lets wait keeps no other waiting', () => {
  const probe = createProbe()
  for (let time = 0; time < 20; time++) probe.paced('C1')
  probe.paced('C2')
  expect(probe.waits(start)).toBeUndefined()
  expect(probe.waits(start)).toBeUndefined()
})

test('where Slack lets everybody wait, one at a time finds out whether it is over, less and less often', () => {
  let seconds = 0
  const probe = createProbe(() => seconds * 1000)
  for (const channel of ['C1', 'C2', 'C3']) probe.paced(channel)
  const asked = Array.from({ length: 60 }, (_, second) => second).filter((second) => {
    seconds = second
    const mayAsk = probe.waits(addSeconds(start, second)) === undefined
    expect(probe.waits(addSeconds(start, second))).toBeInstanceOf(Date)
    return mayAsk
  })
  expect(asked).toEqual([0, 1, 3, 7, 15, 25, 35, 45, 55])
  probe.well()
  expect(probe.waits(addSeconds(start, 60))).toBeUndefined()
  expect(probe.waits(addSeconds(start, 60))).toBeUndefined()
})
