import { expect, test } from 'vitest'
import { dayText, momentText } from '../../src/process/day-text.ts'
import { moment } from '../../src/slack/blocks.ts'

test('a day reads the same everywhere, with its year where one might think of another', () => {
  expect(dayText('2026-12-17', '2026-11-29')).toBe('Dec 17')
  expect(dayText('2027-01-05', '2026-11-29')).toBe('Jan 5')
  expect(dayText('2027-12-05', '2026-11-29')).toBe('Dec 5, 2027')
  expect(dayText('2026-12-17T23:30:00.000Z')).toBe('Dec 17, 2026')
  expect(dayText(new Date('2026-12-17T23:30:00Z'), '2026-11-29', 'Asia/Tokyo')).toBe('Dec 18')
  expect(dayText('soon')).toBe('soon')
})

test('where Slack does not show a moment in the reader’s zone, it is written as people write it', () => {
  expect(momentText('2026-12-17T14:02:59Z')).toBe('Dec 17, 2026, 14:02 UTC')
  expect(moment('2026-12-17T14:02:59Z')).toContain('|Dec 17, 2026, 14:02 UTC>')
})
