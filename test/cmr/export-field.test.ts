import { expect, test } from 'vitest'
import { createCmr } from '../../src/cmr/client.ts'
import { parseCorrections } from '../../src/cmr/corrections.ts'
import { startSandbox } from '../../src/sandbox/sandbox.ts'

test('the field of an export that CMR names otherwise is corrected, and userId goes along', async () => {
  const read = parseCorrections('{"exports.send": {"rename": {"mailboxIds": "componentMailboxIds"}}}')
  if (!read.ok) throw new Error(read.faults.join())
  const sandbox = await startSandbox({ apiKey: 'key', pace: 0 })
  try {
    const apiUrl = `${sandbox.url}/api/v1/integration`
    const cmr = createCmr({ apiKey: 'key', apiUrl, corrections: read.corrections })
    const query = { userId: 'U-1' }
    const body = { credentialId: 'C-1', mailboxIds: ['M-1'] }
    // The sandbox knows the field by its other name only, and says so.
    await expect(cmr.exports.send({ query, body })).rejects.toThrow(/mailboxIds/)
    const seen = await (await fetch(`${sandbox.url}/sandbox/requests`)).json()
    expect(seen).toMatchObject([{ query, body: { credentialId: 'C-1', componentMailboxIds: ['M-1'] } }])
  } finally {
    await sandbox.close()
  }
})
