import fc from 'fast-check'
import { anyText } from './any-text.ts'

/** What nobody expects where an id, a name, a date or a list should be. */
export const odd = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 3 }).map((text): unknown => JSON.parse(text)) },
  fc.constantFrom<unknown>(
    null,
    '',
    ' ',
    true,
    0,
    -1,
    1.5,
    1e308,
    2 ** 53,
    3_000_000_000,
    8.64e15,
    [],
    {},
    [null],
    [[]],
    [null, 'a.com', 7, { domain: null }, { domain: 'b.com' }],
    { toString: 1 },
    { domain: { domain: {} } },
    { event: 'domain.expired', data: {} },
    JSON.parse('{"__proto__":{"domain":"p.com"},"constructor":1,"hasOwnProperty":null}'),
    'constructor',
    '__proto__',
    'nul \u0000 here',
    'half an emoji \ud83d',
    '\ud83d',
    '\u202Eevil',
    '<!channel> & `code` *bold*',
    'مرحبا '.repeat(60),
    '🧨'.repeat(200),
    '9999-99-99',
    '1999-01-01T00:00:00Z',
    "'; DROP TABLE outbox; --",
    'a@',
    '@',
  ),
  // Nothing in it repeats, so that PostgreSQL cannot press it into an index.
  fc
    .array(fc.integer({ min: 0x4e00, max: 0x9fff }), { minLength: 3000, maxLength: 3000 })
    .map((points) => String.fromCodePoint(...points)),
  anyText({ maxLength: 50 }),
)
