import fc from 'fast-check'

/** What no person should ever read. */
export const unreadable = [
  /\bundefined\b/,
  /\[object \w+\]/,
  /\bNaN\b/,
  /\bat [^\n"]*[\w)/]:\d+:\d+/,
  /\b(Type|Reference|Syntax|Range|Zod|Sqlite)Error\b/,
  /Cannot read propert/,
  /is not a function/,
  /failed inside the bot/,
]

/** What nobody types, and some send. */
export const nasty = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    'x'.repeat(3000),
    'acme.com '.repeat(330),
    '\u0000\u0007\u001b[31m',
    '<!channel>',
    '<@U0NOBODY|nobody>',
    '&lt;&amp;',
    '🧨'.repeat(40),
    'مرحبا بالعالم',
    '\u202Eevil',
    "'; DROP TABLE outbox; --",
    '{"a":[1,{"b":null}]}',
    '[]',
    'null',
    '-1',
    '0',
    '1.5',
    '1e308',
    '99999999999999999999',
    'Infinity',
    '../../etc/passwd',
    '`*_~',
    '%00%ff',
    '$' + '{7*7}',
    'https://',
    'a@',
    'a\nb\tc\r\nd',
    '|'.repeat(200),
    'constructor',
    '__proto__',
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
)
