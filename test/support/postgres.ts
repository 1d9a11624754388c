import { execFileSync } from 'node:child_process'
import { chmodSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from './folder.ts'
import { freePort } from './servers.ts'

export interface Postgres {
  readonly url: string
  /** Of a database that is there, and empty. */
  readonly templateUrl: string
  stop(): void
}

/**
 * Starts a PostgreSQL of the tests' own, on a socket and port that nobody else uses.
 * @param template name of a database that is made in it
 * @returns undefined where PostgreSQL is not installed
 */
export async function startPostgres(template: string): Promise<Postgres | undefined> {
  const bin = binaries()
  if (!bin) {
    if (process.env.CI) throw new Error('No PostgreSQL under /usr/lib/postgresql')
    console.warn('No PostgreSQL under /usr/lib/postgresql: tests on it are skipped.')
    return undefined
  }
  const root = process.getuid?.() === 0
  const folder = makeFolder('postgres')
  chmodSync(folder, 0o777)
  // PostgreSQL refuses to run as root.
  const run = (program: string, ...args: string[]) => {
    const line = [join(bin, program), ...args]
    const [command = '', ...rest] = root ? ['runuser', '-u', 'postgres', '--', ...line] : line
    execFileSync(command, rest, { stdio: 'ignore', cwd: folder })
  }
  const data = join(folder, 'data')
  const port = await freePort()
  // No test cuts the power, so nothing here has to reach the disk.
  const options = `-p ${port} -k ${folder} -h 127.0.0.1 -c fsync=off -c full_page_writes=off`
  run('initdb', '-D', data, '-U', 'cmr', '-A', 'trust', '--no-sync')
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start')
  run('createdb', '-h', '127.0.0.1', '-p', String(port), '-U', 'cmr', template)
  const url = `postgres://cmr@127.0.0.1:${port}`
  return {
    url: `${url}/postgres`,
    templateUrl: `${url}/${template}`,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function binaries(): string | undefined {
  try {
    const [version] = readdirSync('/usr/lib/postgresql').sort().reverse()
    return version && `/usr/lib/postgresql/${version}/bin`
  } catch {
    return undefined
  }
}
