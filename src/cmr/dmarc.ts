/** The tags that CMR adds by itself to a new DMARC record ("Adds dns record"); a value where CMR documents it. */
const added = {
  rua: undefined,
  ruf: undefined,
  fo: '0',
  rf: 'afrf',
  ri: '604800',
  pct: '100',
  sp: 'reject',
  aspf: 'r',
  adkim: 'r',
} as const

export type DmarcTag = keyof typeof added
export const dmarcTags = Object.keys(added) as DmarcTag[]

/** Returns whether CMR adds tags to such a record: TXT at `_dmarc`, or at a name that begins with `_dmarc.`. */
export function isDmarcRecord(record: {
  readonly recordType?: string | undefined
  readonly host?: string | undefined
}): boolean {
  return record.recordType === 'TXT' && /^_dmarc(\.|$)/i.test(record.host ?? '')
}

/** Returns the tags of a value, each as "name=value" in lower case. */
export function tagList(value: string): string[] {
  const tags = value.replaceAll('"', '').toLowerCase().split(';')
  return tags.flatMap((tag) => tag.replace(/\s+/g, '') || [])
}

/** Returns those of the nine tags that a value holds already. */
export function tagsIn(value: string): DmarcTag[] {
  const names = tagList(value).map((tag) => tag.split('=')[0])
  return dmarcTags.filter((tag) => names.includes(tag))
}

/**
 * Returns a DMARC record's value with the tags that CMR adds.
 * @param excluded tags that CMR is told to leave out
 * @param addressOf the address that stands in `rua` and `ruf`: CMR does not document which it takes
 */
export function withAddedTags(
  value: string,
  excluded: readonly string[],
  addressOf: (tag: DmarcTag) => string,
): string {
  const missing = dmarcTags.filter((tag) => !excluded.includes(tag) && !tagsIn(value).includes(tag))
  const tags = missing.map((tag) => `${tag}=${added[tag] ?? addressOf(tag)}`)
  return [value.replace(/(?<![;\s])[;\s]+$/, ''), ...tags].join('; ')
}
