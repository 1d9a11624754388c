import { parse } from 'csv-parse/sync'

/** The text of a file, as Excel reads it: UTF-16 where it begins so. */
export function textIn(bytes: Buffer): string {
  return bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString()
}

/** A CSV that the bot made, a record a row. */
export function readBack(content: string): Record<string, string>[] {
  return parse(content, { bom: true, columns: true, delimiter: '\t' })
}

/** Rows as a file that people would give. */
export function csvText(rows: readonly Record<string, string>[]): string {
  const [first = {}] = rows
  const quoted = (cell = '') => (/[",;\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)
  const names = Object.keys(first)
  return [names, ...rows.map((row) => names.map((name) => row[name]))]
    .map((cells) => cells.map(quoted).join(','))
    .join('\r\n')
}

/** A customer as a row of a file. */
export function customerRow(index: number, over: Record<string, string> = {}): Record<string, string> {
  return {
    'E-mail': `customer${index}@example.com`,
    Company: `Company ${index}, Inc.`,
    'First name': 'Jane',
    'Last name': 'Doe',
    Country: 'US',
    State: 'New York',
    City: 'New York',
    'Postal code': '10001',
    Address: '1 Main Street',
    'Country calling code': '1',
    Phone: '2125551234',
    ...over,
  }
}

/** A text as a program on Windows writes it, in an encoding of one byte a letter. */
export function encodedIn(encoding: string, text: string): Buffer {
  const letters = [...new TextDecoder(encoding).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))]
  return Buffer.from([...text].map((letter) => letters.indexOf(letter)))
}
