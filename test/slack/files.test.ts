import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { downloadFile, isSlackHost } from '../../src/slack/files.ts'
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
