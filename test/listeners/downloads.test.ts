import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http'
import { expect, test } from 'vitest'
import type { Json } from '../../src/playground/types.ts'
import { csvText, customerRow } from '../support/csv.ts'
import { eventually } from '../support/eventually.ts'
import { listening } from '../support/servers.ts'
import { cleanups, startWorld, type World } from '../support/world.ts'

/** A server on this machine, with every request's headers and how many bytes it got rid of. */
async function fileServer(answer: RequestListener) {
  const seen: IncomingHttpHeaders[] = []
  const server = createServer((request, response) => {
    seen.push(request.headers)
    answer(request, response)
  })
  return { seen, port: await listening(server, cleanups) }
}

/** Gives a file to an import, of which Slack says something else. @returns what the form then reads */
async function give(world: World, said: Json, reads: RegExp) {
  world.slack.change = {
    of: /^files\.info$/,
    change: (answer) => ({ ...answer, file: { ...(answer.file as Json), ...said } }),
  }
  await world.say('/cmr users import')
  await world.opened()
  const file = await world.upload('customers.csv', csvText([customerRow(1)]))
  const answer = await world.submit({ file })
  return eventually(() => {
    const shown = JSON.stringify([answer, world.modalOf(world.ana.id)])
    expect(shown).toMatch(reads)
    return shown
  })
}

const notTheFile = /Slack did not give me the file; is `files:read` granted\?/
const elsewhere = /not kept at Slack/

test('the bot token goes to no host that is not Slack’s, whatever files.info names', async () => {
  const world = await startWorld()
  const thief = await fileServer((_, response) => void response.end('first_name\nAna\n'))
  await give(world, { url_private: `http://localhost:${thief.port}/files-pri/a.csv` }, elsewhere)
  expect(thief.seen).toEqual([])
})

test('neither does it where Slack’s host redirects to one; a circle of redirects ends', async () => {
  const world = await startWorld()
  const thief = await fileServer((_, response) => void response.end('first_name\nAna\n'))
  const away = await fileServer((_, response) => {
    response.writeHead(302, { location: `http://localhost:${thief.port}/login` }).end()
  })
  await give(world, { url_private: `http://127.0.0.1:${away.port}/a.csv` }, notTheFile)
  expect(away.seen).toHaveLength(1)
  expect(thief.seen).toEqual([])

  const circle = await fileServer((request, response) => {
    response.writeHead(302, { location: request.url ?? '/' }).end()
  })
  await give(world, { url_private: `http://127.0.0.1:${circle.port}/a.csv` }, notTheFile)
  expect(circle.seen).toHaveLength(4)
})

test('a download ends at the limit, whatever its size and its content-length say', async () => {
  const world = await startWorld()
  let sent = 0
  const block = Buffer.alloc(64 * 1024, 'a')
  const flood = await fileServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' })
    const more = () => {
      while (sent < 150 * 1024 * 1024 && !response.destroyed) {
        sent += block.length
        if (!response.write(block)) return void response.once('drain', more)
      }
      response.end()
    }
    more()
  })
  await give(world, { size: 1000, url_private: `http://127.0.0.1:${flood.port}/a.csv` }, /over 10 MB/)
  expect(sent).toBeLessThan(40 * 1024 * 1024)
})

test('a sign-in page, half an answer and another file are not taken for the file', async () => {
  const world = await startWorld()
  const signIn = await fileServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>Sign in</html>')
  })
  await give(world, { url_private: `http://127.0.0.1:${signIn.port}/a.csv` }, notTheFile)
  const disguised = await fileServer((_, response) => {
    response
      .writeHead(200, { 'content-type': 'text/csv' })
      .end('\n<!DOCTYPE html><title>Sign in, "now"</title>')
  })
  await give(world, { url_private: `http://127.0.0.1:${disguised.port}/a.csv`, size: undefined }, notTheFile)
  const half = await fileServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv', 'content-length': '5000' })
    response.write('first_name\nAna\n', () => response.destroy())
  })
  await give(world, { url_private: `http://127.0.0.1:${half.port}/a.csv` }, /did not give me the whole file/)
  const shorter = await fileServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/csv' }).end('first_name\nAna\n')
  })
  await give(
    world,
    { size: 5000, url_private: `http://127.0.0.1:${shorter.port}/a.csv` },
    /did not give me the whole file/,
  )
  expect(await world.requests('users.create')).toEqual([])
})
