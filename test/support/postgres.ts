import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from './servers.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where tests may make databases of their own; empty without PostgreSQL. */
    postgresUrl: string
  }
}

/** Starts a PostgreSQL of the tests' own, on a socket and port that nobody else uses. */
export default async function setup(project: TestProject): Promise<(() => void) | undefined> {
  const bin = binaries()
  if (!bin) {
    if (process.env.CI) throw new Error('No PostgreSQL under /usr/lib/postgresql')
    console.warn('No PostgreSQL under /usr/lib/postgresql: tests on it are skipped.')
    project.provide('postgresUrl', '')
    return undefined
  }
  const root = process.getuid?.() === 0
  const folder = mkdtempSync(join(tmpdir(), 'cmr-postgres-'))
  chmodSync(folder, 0o777)
  // PostgreSQL refuses to run as root.
  const run = (program: string, ...args: string[]) => {
    const line = [join(bin, program), ...args]
    const [command = '', ...rest] = root ? ['runuser', '-u', 'postgres', '--', ...line] : line
    execFileSync(command, rest, { stdio: 'ignore', cwd: folder })
  }
  const data = join(folder, 'data')
  const port = await freePort()
  run('initdb', '-D', data, '-U', 'cmr', '-A', 'trust', '--no-sync')
  run(
    'pg_ctl',
    '-D',
    data,
    '-w',
    '-l',
    join(folder, 'log'),
    '-o',
    `-p ${port} -k ${folder} -h 127.0.0.1`,
    'start',
  )
  project.provide('postgresUrl', `postgres://cmr@127.0.0.1:${port}/postgres`)
  return () => {
    run('pg_ctl', '-D', data, '-m', 'immediate', 'stop')
    rmSync(folder, { recursive: true, force: true })
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
