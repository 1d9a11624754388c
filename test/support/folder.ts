import { mkdtempSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SHARED_MEMORY = '/dev/shm'
/** Databases of a whole run; containers often have only 64 MiB. */
const NEEDED_BYTES = 2 ** 31

/**
 * Makes a folder for the files of a test. It is in memory where there is room: the bot commits durably, and tests
 * would mostly wait for the disk.
 */
export function makeFolder(name: string): string {
  return mkdtempSync(join(isRoomy() ? SHARED_MEMORY : tmpdir(), `cmr-${name}-`))
}

function isRoomy(): boolean {
  try {
    const { bavail, bsize } = statfsSync(SHARED_MEMORY)
    return bavail * bsize > NEEDED_BYTES
  } catch {
    return false
  }
}
