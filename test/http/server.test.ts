import { request } from 'node:http'
import fc from 'fast-check'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { createHttpServer, type HttpRoute, pathOf } from '../../src/http/server.ts'
import { anyText } from '../support/any-text.ts'
import { freePort } from '../support/servers.ts'

const routes: HttpRoute[] = [
  { path: '/both', methods: ['GET', 'HEAD'], handle: (_, response) => void response.end('both') },
  {
    path: '/throws',
    methods: ['POST'],
    handle: async () => {
      throw new Error('on purpose')
    },
  },
]

async function serve() {
  const server = createHttpServer(routes, pino({ level: 'silent' }))
  const port = await freePort()
  await server.listen(port, '127.0.0.1')
  onTestFinished(() => {
    server.closeAll()
    return server.close()
  })
  return (path: string, method = 'GET') =>
    new Promise<{ status: number | undefined; allow: string | undefined; text: string }>(
      (resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', path, method }, (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () =>
            resolve({ status: response.statusCode, allow: response.headers.allow, text }),
          )
        })
        sent.on('error', reject).end()
      },
    )
}

test('a path that is none of ours is 404, a method that is none of a path’s 405 with what is allowed', async () => {
  const ask = await serve()
  expect(await ask('/both?now=1')).toMatchObject({ status: 200, text: 'both' })
  expect(await ask('/both', 'HEAD')).toMatchObject({ status: 200, text: '' })
  expect(await ask('/both', 'POST')).toMatchObject({ status: 405, allow: 'GET, HEAD' })
  expect(await ask('/other')).toMatchObject({ status: 404, allow: undefined })
  expect(await ask('//')).toMatchObject({ status: 404 })
})

test('what a handler throws is answered 500, and the next request as ever', async () => {
  const ask = await serve()
  expect(await ask('/throws', 'POST')).toMatchObject({ status: 500, text: '' })
  expect(await ask('/both')).toMatchObject({ status: 200 })
})

test.each([
  ['/webhooks/cmr', '/webhooks/cmr'],
  ['/webhooks/cmr/', '/webhooks/cmr'],
  ['/webhooks/cmr?a=/healthz', '/webhooks/cmr'],
  ['http://bot.example.com/healthz', '/healthz'],
  ['/', '/'],
  ['//', '/'],
  ['', ''],
])('the path of %s is %s', (target, path) => {
  expect(pathOf(target)).toBe(path)
})

test('no request line throws', () => {
  fc.assert(fc.property(anyText(), (target) => typeof pathOf(target) === 'string'))
})
