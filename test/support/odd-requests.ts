import fc from 'fast-check'
import { anyText } from './any-text.ts'

const CRLF = '\r\n'

const method = fc.oneof(
  fc.constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'CONNECT',
    'PRI',
    'get',
    'G ET',
    '',
  ),
  fc.string({ maxLength: 8 }),
)
const channelAccess = fc.constantFrom('/slack/events', '/webhooks/cmr', '/healthz', '/metrics')
const target = fc.oneof(
  channelAccess,
  fc.constantFrom(
    '//',
    '///',
    '*',
    '',
    '/',
    '/%',
    '/%ff%00',
    '/\\',
    'http://',
    'http://[',
    'http://x:99999/',
    '/?',
    '?',
  ),
  fc.tuple(channelAccess, anyText({ maxLength: 40 })).map(([path, more]) => path + more),
  anyText({ maxLength: 60 }).map((text) => `/${text}`),
  fc.webUrl({ withQueryParameters: true }),
)
const version = fc.constantFrom(
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/9.9',
  'ICY',
  '',
)
const header = fc.oneof(
  fc.constantFrom(
    'host: x',
    'connection: keep-alive',
    'connection: upgrade',
    'upgrade: websocket',
    'expect: 100-continue',
    'expect: nothing',
    'transfer-encoding: chunked',
    'transfer-encoding: gzip, chunked',
    'content-length: -1',
    'content-length: 99999999999999999999',
    'content-length: 7',
    'content-type: application/json',
    'content-type: application/x-www-form-urlencoded',
    'x-slack-signature: v0=',
    'x-slack-request-timestamp: NaN',
    'x-webhook-signature:',
    ': nothing',
  ),
  fc
    .tuple(fc.string({ maxLength: 12 }), anyText({ maxLength: 30 }))
    .map(([name, value]) => `${name}: ${value}`),
)
const body = fc.oneof(
  fc.constant(''),
  fc.json({ maxDepth: 3 }),
  anyText({ maxLength: 100 }),
  fc.constantFrom(
    'null',
    'payload=null',
    'payload=%',
    'ffffffff\r\n',
    '0\r\n\r\n',
    '7\r\n{"a":1}\r\n0\r\n\r\n',
  ),
)

/** What somebody may write to a port that takes HTTP: much of it is none. */
export const oddRequest: fc.Arbitrary<string> = fc
  .tuple(method, target, version, fc.array(header, { maxLength: 4 }), body)
  .map(([verb, path, protocol, headers, content]) =>
    [`${verb} ${path} ${protocol}`, ...headers, '', content].join(CRLF),
  )

/** What Slack could have signed, and has not: real shapes with something else in them. */
export const oddSlackBody: fc.Arbitrary<string> = fc.oneof(
  fc.json(),
  fc
    .record(
      {
        type: fc.constantFrom(
          'block_actions',
          'view_submission',
          'view_closed',
          'block_suggestion',
          'event_callback',
          'shortcut',
          'message_action',
          'url_verification',
          'dialog_submission',
        ),
        command: fc.jsonValue(),
        text: fc.jsonValue(),
        user: fc.jsonValue(),
        team: fc.jsonValue(),
        view: fc.jsonValue(),
        actions: fc.jsonValue(),
        event: fc.oneof(
          fc.jsonValue(),
          fc.record({
            type: fc.constantFrom('app_home_opened', 'message'),
            tab: fc.jsonValue(),
            user: fc.jsonValue(),
          }),
        ),
        authorizations: fc.jsonValue(),
        response_url: fc.jsonValue(),
        response_urls: fc.jsonValue(),
        challenge: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.stringify(value)),
)
