import { setTimeout as sleep } from 'node:timers/promises'
import { closeForm, type Journey, say, widthOf } from './studio.ts'

/** An order from its first step to the last, with a name that is taken and people from a list. */
export const orders: Journey = async (page, { rows, take }) => {
  const width = widthOf(page)
  const form = page.getByRole('dialog')
  const next = async (name: string) => {
    await form.locator('button[type=submit]').click()
    await sleep(600)
    await take(page, `order-${name}`)
  }
  const [first] = await rows('subscriptions')
  await say(page, '/cmr orders create')
  await take(page, 'order-1-customer')
  await form.getByRole('combobox', { name: /^User/ }).fill('kestrel')
  await page
    .getByRole('option', { name: /Kestrel/ })
    .first()
    .click()
  await next('2-domains')
  await form
    .getByLabel('Domains')
    .fill(`kestrel-${width}.com\nkestrel-mail-${width}.com\n${first?.domain}\nkestrel-${width}.com`)
  await next('3-domains-checked')
  if (await form.getByText('Step 2 of 5').isVisible()) await next('3-people')
  await form.getByLabel(/^People/).fill('Jane Doe\nJohn O’Neil\nJosé García\nJane Doe\nsales Sales_Team Acme')
  await next('3-people-checked')
  await form.getByLabel(/^People/).fill('Jane Doe\nJohn Roe\nJosé Garcia')
  await next('4-provider')
  const provider = form.getByRole('combobox', { name: /^Provider/ })
  if (await provider.isVisible()) {
    await provider.click()
    await page.getByRole('option', { name: 'GOOGLE' }).click()
    await sleep(600)
    await take(page, 'order-4-google')
    await next('5-price')
  }
  await next('6-sent')
  await take(page, 'order-7-receipt')
  await sleep(6000)
  await take(page, 'order-8-under-way')
  await closeForm(page)
}
