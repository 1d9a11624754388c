import { escapeText } from '../../slack/blocks.ts'
import { userIfKnown } from './event-buttons.ts'
import type { EventAlert } from './event-text.ts'

/** What the bot itself tells. */
export const botAlerts: Record<string, EventAlert> = {
  'alert.reminder': {
    text: (read, lineOf) => {
      const [about, since] = [read.event('about'), read.event('since')]
      const asked = read.text('askedBy') ?? ''
      const who = /^[UW][A-Z0-9]+$/.test(asked) ? `<@${asked}>` : escapeText(asked)
      return {
        sign: ':alarm_clock:',
        headline: `${who}, you wanted to be reminded: ${about ? lineOf(about) : 'an alert that is no longer stored'}`,
        follows: [since ? `Since then: ${lineOf(since)}.` : 'CMR has sent nothing about it since.'],
      }
    },
    buttons: [userIfKnown],
  },
}
