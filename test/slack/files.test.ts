import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { createSlackClient } from '../../src/slack/client.ts'
import { createFiles, downloadFile, isSlackHost } from '../../src/slack/files.ts'
import { listening } from '../support/servers.ts'
import { cleanups } from '../support/world.ts'

test.each([
  ['https://files.slack.com/files-pri/T1-F1/a.csv', true],
  ['https://acme-outreach.slack.com/files/a.csv', true],
  ['https://slack-files.com/T1-F1', true],
  ['http://files.slack.com/a.csv', false],
  ['https://files.slack.com:8443/a.csv', false],
  ['https://files.slack.com.evil.test/a.csv', false],
  ['https://evilslack.com/a.csv', false],
  ['https://files.slack.com@evil.test/a.csv', false],
  ['https://evil.test/files.slack.com', false],
  ['http://127.0.0.1/a.csv', false],
  ['file:///etc/passwd', false],
])('whether %s may have the token: %s', (address, may) => {
  expect(isSlackHost(new URL(address))).toBe(may)
})

test.each([
  ['http://127.0.0.1:1/a', 'http://127.0.0.1:2/api/', true],
  ['http://slack.test/a', 'http://slack.test/api/', false],
  ['https://slack.test/a', 'https://slack.test/api/', true],
  ['http://localhost:1/a', 'http://127.0.0.1:2/api/', false],
])('%s beside SLACK_API_URL %s: %s', (address, slackApiUrl, may) => {
  expect(isSlackHost(new URL(address), slackApiUrl)).toBe(may)
})

test('a download that drips is given up', async () => {
  const server = createServer((_, response) => {
    const drip = setInterval(() => response.write('a'), 10)
    response.on('close', () => clearInterval(drip))
  })
  const slackApiUrl = `http://127.0.0.1:${await listening(server, cleanups)}/`
  const limits = { maxBytes: 1024, timeoutMs: 200 }
  await expect(downloadFile(slackApiUrl, { token: 'xoxb-1', slackApiUrl }, limits)).rejects.toThrow(/in time/)
})

/** A Slack whose answers to a method are cut off so often. @returns a client of it, and what it was asked */
async function cuttingSlack(method: string, times: number, says: (method: string) => object = () => ({})) {
  const calls: string[] = []
  let left = times
  const server = createServer((request, response) => {
    const asked = /([\w.]+)$/.exec(request.url ?? '')?.[1] ?? ''
    calls.push(asked)
    request.resume().on('end', () => {
      const whole = JSON.stringify({ ok: true, ...says(asked) })
      response.end(asked === method && left-- > 0 ? whole.slice(0, 8) : whole)
    })
  })
  const url = `http://127.0.0.1:${await listening(server, cleanups)}/`
  return { calls, url, slack: createSlackClient({ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_API_URL: url }) }
}

test('an edit whose answer was cut off is made once more, and a message is not', async () => {
  const { calls, slack } = await cuttingSlack('chat.update', 1)
  await slack.chat.update({ channel: 'C1', ts: '1.2', text: 'Done' })
  expect(calls).toEqual(['chat.update', 'chat.update'])
  const posting = await cuttingSlack('chat.postMessage', 1)
  await expect(posting.slack.chat.postMessage({ channel: 'C1', text: 'Done' })).rejects.toThrow()
  expect(posting.calls).toEqual(['chat.postMessage'])
})

test.each([
  ['is there', 'one file', true],
  ['is not there', 'a failure', false],
])('a shared file whose answer was cut off, and which %s, is %s', async (_, __, isThere) => {
  const { calls, slack, url } = await cuttingSlack('files.completeUploadExternal', 1, (method) => {
    if (method === 'files.getUploadURLExternal') return { upload_url: `${url}upload`, file_id: 'F1' }
    return method === 'files.info' && !isThere ? { ok: false, error: 'file_not_found' } : {}
  })
  const files = createFiles(slack, { token: 'xoxb-1', slackApiUrl: url })
  const sharing = files.share({ name: 'a.csv', content: 'a' }, { channel: 'C1' })
  if (isThere) await sharing
  else await expect(sharing).rejects.toThrow()
  expect(calls).toEqual([
    'files.getUploadURLExternal',
    'upload',
    'files.completeUploadExternal',
    'files.info',
  ])
})
