import { InputError } from '../../command.ts'
import type { CommandContext } from '../../context.ts'
import type { Mailbox } from './addresses.ts'

/** A picture that somebody gave, by Slack's id and the name it had. */
export interface Picture {
  readonly id: string
  readonly name: string
}

type ByDomain = Readonly<Record<string, readonly Mailbox[]>>

/**
 * Whose picture is whose: `jane@acme.com.png` is that address's, `jane.png` that of jane on every domain.
 * @returns address → picture, and the names of those that are nobody's
 */
export function matchPictures(pictures: readonly Picture[], byDomain: ByDomain) {
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

/**
 * The names of pictures, as people gave them.
 * @throws InputError for what is no JPEG or PNG, or what Slack does not give
 */
export async function picturesGiven({ files }: CommandContext, ids: readonly string[]) {
  return Promise.all(
    ids.map(async (id) => {
      const file = await files.read(id).catch((error: unknown) => {
        throw new InputError(
          'files',
          error instanceof Error ? error.message : 'Slack does not give a picture.',
        )
      })
      if (!isPicture(file.bytes)) throw new InputError('files', `${file.name} is neither a JPEG nor a PNG.`)
      return { id, name: file.name, blob: new File([file.bytes], file.name, { type: file.type }) }
    }),
  )
}

/** By their first bytes, whatever the name says. */
function isPicture(bytes: Uint8Array): boolean {
  const begins = (...magic: number[]) => magic.every((byte, at) => bytes[at] === byte)
  return begins(0x89, 0x50, 0x4e, 0x47) || begins(0xff, 0xd8, 0xff)
}
