import type { SharedFile } from '../slack/files.ts'
import { InputError } from './command.ts'
import type { CommandContext } from './context.ts'

/** A file that somebody put into a field. @throws InputError where Slack does not give it */
export async function fileGiven({ files }: CommandContext, id: string, field: string): Promise<SharedFile> {
  return files.read(id).catch((error: unknown) => {
    throw new InputError(
      field,
      error instanceof Error ? error.message : 'Slack did not give the bot the file. Upload it again.',
    )
  })
}

/** A picture that somebody put into a field, with the type that it really is. @throws InputError for what is none */
export async function pictureGiven(context: CommandContext, id: string, field: string): Promise<SharedFile> {
  const file = await fileGiven(context, id, field)
  const type = pictureType(file.bytes)
  if (!type) throw new InputError(field, `${file.name} is not a JPEG or PNG file.`)
  return { ...file, type }
}

/** By its first bytes, whatever its name says. */
function pictureType(bytes: Uint8Array): string | undefined {
  const begins = (...magic: number[]) => magic.every((byte, at) => bytes[at] === byte)
  if (begins(0x89, 0x50, 0x4e, 0x47)) return 'image/png'
  return begins(0xff, 0xd8, 0xff) ? 'image/jpeg' : undefined
}
