import { type DmarcTag, dmarcTags, isDmarcRecord, tagsIn, withAddedTags } from '../../cmr/dmarc.ts'
import type { DnsRecord } from './records.ts'

interface NewRecord extends DnsRecord {
  readonly excludedDMARCtags?: readonly DmarcTag[] | undefined
}

/**
 * Returns the tags that CMR is told to leave out of a DMARC record: those that the person chose, and those that stand
 * in the value. CMR does not say what it does with a tag that is there already, so it is never left to add it again.
 */
export function excludedTags({ value = '', excludedDMARCtags = [], ...record }: NewRecord): DmarcTag[] {
  if (!isDmarcRecord(record)) return []
  const own = tagsIn(value)
  return dmarcTags.filter((tag) => own.includes(tag) || excludedDMARCtags.includes(tag))
}

/** Returns a new record as it will stand once CMR has added its tags. */
export function asItWillStand(record: NewRecord): DnsRecord {
  if (!isDmarcRecord(record)) return record
  return {
    ...record,
    value: withAddedTags(record.value ?? '', excludedTags(record), () => '(CMR’s address)'),
  }
}

/**
 * Returns what to know of the tags that CMR adds to a new record, a line each; mrkdwn.
 * @param choose how some are left out, where the form that asks has no field for it; a sentence
 */
export function addedTagsLines(record: NewRecord, choose?: string): string[] {
  if (!isDmarcRecord(record)) return []
  const excluded = excludedTags(record)
  const tags = dmarcTags.filter((tag) => !excluded.includes(tag))
  if (tags.length === 0) return ['CMR adds no tags to it.']
  const choice =
    choose ??
    `To leave some out, choose them in the form or add \`--excludedDMARCtags "${tags.slice(0, 2).join(' ')}"\`.`
  return [
    `CMR adds ${tags.map((tag) => `\`${tag}\``).join(', ')} by itself. ${choice}`,
    ...(tags.includes('sp')
      ? [
          ':warning: `sp=reject` makes receivers refuse mail from subdomains that fails DMARC, whatever `p` says. Leave `sp` out unless you mean it.',
        ]
      : []),
  ]
}

/** Returns what is known of CMR's tags where a DMARC record is changed; mrkdwn. */
export function changedTagsLines(record: DnsRecord): string[] {
  if (!isDmarcRecord(record)) return []
  const missing = dmarcTags.filter((tag) => !tagsIn(record.value ?? '').includes(tag))
  if (missing.length === 0) return []
  return [
    `To a new DMARC record CMR adds ${missing.map((tag) => `\`${tag}\``).join(', ')} by itself${missing.includes('sp') ? ', with `sp=reject`' : ''}. CMR does not document whether it does so when one is changed, and takes no tags to leave out here: look at the record afterwards with *Show DNS*.`,
  ]
}
