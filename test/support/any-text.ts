import fc from 'fast-check'

/** Any character of Unicode, a third of them the first 256. */
const anyCharacter = fc
  .oneof(
    fc.integer({ min: 0, max: 0xff }),
    fc.integer({ min: 0x100, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((point) => String.fromCodePoint(point))

/** Any text. The unit "binary" of fast-check's own would make a table of all of Unicode in each worker first. */
export const anyText = (constraints: fc.StringConstraints = {}) =>
  fc.string({ ...constraints, unit: anyCharacter })
