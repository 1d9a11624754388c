import { setTimeout as sleep } from 'node:timers/promises'
import { type Journey, say, widthOf } from './studio.ts'

/** A file with faults, its preview, its progress and its end. */
export const imports: Journey = async (page, { take, snap }) => {
  const width = widthOf(page)
  const row = (at: number) =>
    `p${at}-${width}@import.test,Import ${at} Ltd,Pat,Smith,US,New York,Albany,12207,Main Street ${at},1,555010${100 + at},en`
  const head =
    'E-mail,Company,First name,Last name,Country,State or province,City,Postal code,Address,Country calling code,Phone,Language'
  const rows = Array.from({ length: 40 }, (_, at) => row(at))
  const faulty = [rows[0]?.replace(/^[^,]+/, 'not-an-address'), rows[1]?.replace(',US,', ',,'), rows[3]]
  const form = page.getByRole('dialog')
  await say(page, '/cmr users import')
  await form.locator('input[type=file]').setInputFiles({
    name: 'customers.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from([head, ...rows, ...faulty].join('\n')),
  })
  await form.getByText('customers.csv').waitFor()
  await take(page, 'import-1-file')
  await form.locator('button[type=submit]').click()
  await sleep(1500)
  await take(page, 'import-2-preview')
  await form.locator('button[type=submit]').click()
  await sleep(4000)
  await snap(page, 'import-3-progress')
  await sleep(14_000)
  await take(page, 'import-4-end')
  await say(page, '/cmr imports list')
  await take(page, 'import-5-list')
}
