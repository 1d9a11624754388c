import type { CommandContext } from '../../commands/context.ts'
import { pictureGiven } from '../../commands/given-files.ts'
import type { MailboxesByDomain, NewMailbox } from './addresses.ts'

/** A picture that somebody gave, by Slack's id and the name it had. */
export interface Picture {
  readonly id: string
  readonly name: string
}

/**
 * Whose picture is whose: `jane@acme.com.png` is that address's, `jane.png` that of jane on every domain.
 * @returns address → picture, and the names of those that are nobody's
 */
export function matchPictures(pictures: readonly Picture[], byDomain: MailboxesByDomain) {
  const matched: Record<string, Picture> = {}
  const unmatched: string[] = []
  for (const picture of pictures) {
    const stem = picture.name.toLowerCase().replace(/\.(jpe?g|png)$/, '')
    const whose = Object.entries(byDomain).flatMap(([domain, list]) =>
      list
        .filter(({ username }) => stem === username || stem === `${username}@${domain}`)
        .map(({ username }) => `${username}@${domain}`),
    )
    if (whose.length === 0) unmatched.push(picture.name)
    // A picture of one address goes before one of a name.
    for (const address of whose) if (!matched[address] || stem.includes('@')) matched[address] = picture
  }
  return { matched, unmatched }
}

/** Pictures as people gave them, to be sent. @throws InputError for what is none, or what Slack does not give */
export async function picturesGiven(context: CommandContext, ids: readonly string[]) {
  return Promise.all(
    ids.map(async (id) => {
      const { name, type, bytes } = await pictureGiven(context, id, 'files')
      return { id, name, blob: new File([bytes], name, { type }) }
    }),
  )
}

/** Pictures by address; nothing where none was given. @throws InputError */
export async function filesFor(
  context: CommandContext,
  ids: readonly string[] | undefined,
  byDomain: MailboxesByDomain,
): Promise<Record<string, File> | undefined> {
  if (!ids?.length) return undefined
  const pictures = await picturesGiven(context, ids)
  const { matched } = matchPictures(pictures, byDomain)
  const blobs = new Map(pictures.map(({ id, blob }) => [id, blob]))
  return Object.fromEntries(
    Object.entries(matched).flatMap(([address, { id }]) => {
      const blob = blobs.get(id)
      return blob ? [[address, blob]] : []
    }),
  )
}

/** The same as the endpoints' schemas take it. */
export function mutable(byDomain: MailboxesByDomain): Record<string, NewMailbox[]> {
  return Object.fromEntries(Object.entries(byDomain).map(([name, list]) => [name, [...list]]))
}
