import pg from 'pg'
import { expect, test } from 'vitest'
import { dialects, testUrl } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

test.runIf(dialects.includes('postgres'))(
  'help and the launcher are acknowledged while another process holds the tables that they need',
  async () => {
    const url = await testUrl('postgres')
    const world = await startWorld({ env: { DATABASE_URL: url } })
    await world.say('/cmr help')
    const other = new pg.Client({ connectionString: url })
    await other.connect()
    await other.query('begin')
    await other.query('lock table audit, policies in access exclusive mode')
    for (const line of ['/cmr help users', '/cmr']) {
      const { ok, milliseconds } = await world.say(line)
      expect(ok && (milliseconds ?? 9999) < 1500, `${line}: ${milliseconds} ms`).toBe(true)
    }
    await other.query('rollback')
    await other.end()
    await world.sees(/users create/)
    await world.sees(/What would you like to do/)
  },
)
