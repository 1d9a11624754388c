import { escapeText } from '../blocks.ts'
import { eventLine, type Teller } from './index.ts'

/** What the bot itself tells. */
export const botEvents: Record<string, Teller> = {
  'alert.reminder': (read) => {
    const [about, since] = [read.event('about'), read.event('since')]
    const asked = read.text('askedBy') ?? ''
    const who = /^[UW][A-Z0-9]+$/.test(asked) ? `<@${asked}>` : escapeText(asked)
    return {
      sign: ':alarm_clock:',
      headline: `${who}, you wanted to be reminded: ${about ? eventLine(about) : 'an alert that is no longer stored'}`,
      follows: [since ? `Since then: ${eventLine(since)}.` : 'Nothing has come about it since.'],
    }
  },
}
