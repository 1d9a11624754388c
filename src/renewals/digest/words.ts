import type { KnownBlock } from '@slack/types'
import {
  actions,
  button,
  context,
  escapeText,
  type Message,
  moment,
  section,
  upperFirst,
} from '../../slack/blocks.ts'
import { type DigestTimes, type Weekday, weekdays } from './schedule.ts'
import type { Digest } from './store.ts'

/** Two blocks each. */
const MOST_DIGESTS = 20

/** Returns days as people write them: "Mon–Fri, Sun". */
export function daysInWords(days: readonly Weekday[]): string {
  if (days.length === weekdays.length) return 'every day'
  const runs: Weekday[][] = []
  for (const day of weekdays.filter((one) => days.includes(one))) {
    const run = runs.at(-1)
    const before = weekdays[weekdays.indexOf(day) - 1]
    if (run && before && run.at(-1) === before) run.push(day)
    else runs.push([day])
  }
  return runs
    .flatMap((run) =>
      run.length > 2 ? [`${upperFirst(run[0] ?? '')}–${upperFirst(run.at(-1) ?? '')}`] : run.map(upperFirst),
    )
    .join(', ')
}

/** Returns when a digest is posted, as people say it; mrkdwn: "at 08:00 (Europe/Berlin), Mon–Fri". */
export function timesInWords({ time, zone, weekdays: days, weeklyOn }: DigestTimes): string {
  const daily = days.filter((day) => day !== weeklyOn)
  const parts = [
    ...(daily.length > 0 ? [daysInWords(daily)] : []),
    ...(weeklyOn ? [`${upperFirst(weeklyOn)} for the whole week`] : []),
  ]
  return `at ${time} (${escapeText(zone)}), ${parts.join('; ')}`
}

/** `/cmr digest`: which channels read one, and when. */
export function digestList(digests: readonly Digest[], outsiders: ReadonlyMap<string, string>): Message {
  const setUp = button({
    text: digests.length > 0 ? 'Set up another' : 'Set up a digest',
    actionId: 'digest.set',
  })
  const foot = actions(setUp, button({ text: 'Show it now', actionId: 'digest.show' }))
  if (digests.length === 0) {
    const text =
      'No channel gets a digest yet. A digest is one summary each morning of what is at risk, due and open.'
    return { text, blocks: [section(text), foot] }
  }
  const rows = digests.flatMap((digest, at): KnownBlock[] => [
    section(digestLine(digest, outsiders.get(digest.channel))),
    actions(
      button({ text: 'Change', actionId: `digest.set:${at}`, value: `channel=${digest.channel}` }),
      button({ text: 'Stop', actionId: `digest.stop:${at}`, value: digest.channel }),
    ),
  ])
  const left = digests.length - MOST_DIGESTS
  const more = left > 0 ? [context(`And ${left} more. Change one with \`/cmr digest set\`.`)] : []
  const text = `Digests: ${digests.map(({ channelName }) => `#${escapeText(channelName)}`).join(', ')}`
  return { text, blocks: [section('*Digests*'), ...rows.slice(0, 2 * MOST_DIGESTS), ...more, foot] }
}

/** Returns one digest; mrkdwn. @param outsiders who reads it from outside */
export function digestLine(digest: Digest, outsiders?: string): string {
  const { channel, isQuiet, nextAt, setBy, error } = digest
  return [
    `<#${channel}> ${timesInWords(digest)}`,
    `Next one ${moment(nextAt)}${isQuiet ? ' · only when something needs attention' : ''} · set up by <@${setBy}>`,
    ...(outsiders ? [`:warning: Read by ${outsiders}`] : []),
    ...(error ? [`:warning: The last one could not be posted: ${escapeText(error)}.`] : []),
  ].join('\n')
}

/** What whoever has set one up reads. */
export function digestSet(digest: Digest): Message {
  const text = `:sunrise: <#${digest.channel}> gets a digest ${timesInWords(digest)}.`
  return {
    text,
    blocks: [
      section(`:sunrise: ${digestLine(digest)}`),
      actions(button({ text: 'Show it now', actionId: 'digest.show' })),
      context('`/cmr digest set` changes it, `/cmr digest stop` ends it'),
    ],
  }
}
