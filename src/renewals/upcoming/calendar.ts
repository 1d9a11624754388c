import { addDays } from '../../process/dates.ts'
import { dayText } from '../../process/day-text.ts'
import { priceText } from '../../resources/renewal-amount.ts'
import { lastDayOf, thingOf } from '../forecast/words.ts'
import { coveredText } from './table.ts'
import type { Upcoming } from './upcoming.ts'

/** Octets of a line (RFC 5545, 3.1). */
const LINE = 75

/** Returns what renews as a calendar file, a day's event each (RFC 5545). */
export function calendarOf({ renewals, customers, zone }: Upcoming, now: Date): string {
  const stamp = `${now.toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}Z`
  const events = renewals.flatMap((one) => {
    const verb = one.isAutomatic ? 'renews' : 'ends unless renewed'
    const customer = customers.get(one.userId ?? '')
    return [
      'BEGIN:VEVENT',
      `UID:${escaped(`${one.kind}-${one.id}-${one.date}`)}@cmr-for-slack`,
      `DTSTAMP:${stamp}`,
      `DTSTART;VALUE=DATE:${compact(one.date)}`,
      `DTEND;VALUE=DATE:${compact(dayAfter(one.date))}`,
      `SUMMARY:${escaped(`${thingOf(one)} ${verb}: ${priceText(one)}`)}`,
      `DESCRIPTION:${escaped([customer, `Covered by the wallet: ${coveredText(one, (lostAt) => dayText(lastDayOf(lostAt, zone)))}`].filter(Boolean).join('\n'))}`,
      'TRANSP:TRANSPARENT',
      'END:VEVENT',
    ]
  })
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//CMR for Slack//Renewals//EN',
    ...events,
    'END:VCALENDAR',
  ]
  return lines.map(folded).join('\r\n').concat('\r\n')
}

const compact = (date: string) => date.replaceAll('-', '')
const dayAfter = (date: string) =>
  addDays(new Date(`${date}T12:00:00.000Z`), 1)
    .toISOString()
    .slice(0, 10)

/** Text of a property (RFC 5545, 3.3.11). */
function escaped(text: string): string {
  return text.replaceAll(/[\\;,]/g, (mark) => `\\${mark}`).replaceAll(/\r?\n/g, '\\n')
}

/** A long line in pieces of 75 octets, each but the first behind a space. */
function folded(line: string): string {
  const pieces = ['']
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > LINE) {
      pieces.push(' ')
      octets = 1
    }
    pieces[pieces.length - 1] += character
    octets += size
  }
  return pieces.join('\r\n')
}
