import type { IncomingMessage, ServerResponse } from 'node:http'
import { amount, book, type World } from './world.ts'

/** The newest movements that the page lists. */
const LISTED = 50
const OFFERED = [100, 500, 1000]

/**
 * Serves the stand-in for the Wallet page of CMR's dashboard, where "Add funds" leads: the balance, its movements, and
 * a form that adds money. The form posts to the page's own address, so that it works behind a proxy as well.
 */
export function walletPage(
  request: IncomingMessage,
  response: ServerResponse,
  raw: Buffer,
  world: World,
): void {
  if (request.method === 'POST') {
    const dollars = Number(new URLSearchParams(raw.toString()).get('dollars'))
    const isAmount = dollars > 0 && dollars <= 1_000_000
    if (isAmount) book(world, Math.round(dollars * 100), 'Funds added')
    const location = isAmount ? `?added=${amount(Math.round(dollars * 100))}` : '?refused'
    return void response.writeHead(303, { location }).end()
  }
  const { searchParams } = new URL(request.url ?? '/', 'http://sandbox')
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
  response.end(pageOf(world, noteIn(searchParams)))
}

function noteIn(query: URLSearchParams): string {
  if (query.has('refused')) return 'Enter an amount between $0.01 and $1,000,000.'
  const added = Number(query.get('added'))
  return added > 0 ? `${dollarsOf(added * 100)} added.` : ''
}

function pageOf({ wallet }: World, note: string): string {
  const rows = wallet.transactions.slice(0, LISTED).map(
    ({ createdAt, description, amount: moved }) =>
      `<tr><td>${String(createdAt).slice(0, 16).replace('T', ' ')}</td><td>${escapeHtml(String(description))}</td>
      <td class="amount">${dollarsOf(Number(moved) * 100)}</td></tr>`,
  )
  const offers = OFFERED.map(
    (dollars) => `<button name="dollars" value="${dollars}">Add ${dollarsOf(dollars * 100, 0)}</button>`,
  )
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Wallet · CMR sandbox</title>
<style>
  body { max-width: 640px; margin: 0 auto; padding: 32px 16px; font: 16px/1.5 system-ui, sans-serif; color: #1d1c1d }
  h1 { margin: 0; font-size: 22px }
  p { margin: 4px 0; color: #616061 }
  .balance { margin: 16px 0 4px; font-size: 40px; font-weight: 700; color: #1d1c1d }
  .note { padding: 8px 12px; border-radius: 6px; background: #e7f5ee; color: #00583f }
  form { display: flex; flex-wrap: wrap; gap: 8px; margin: 16px 0 }
  button, input { padding: 8px 14px; border: 1px solid #b9b6b9; border-radius: 6px; background: #fff; font: inherit }
  button { cursor: pointer; font-weight: 600 }
  input { width: 130px }
  table { width: 100%; border-collapse: collapse; font-size: 14px }
  td { padding: 8px 8px 8px 0; border-top: 1px solid #e3e1e3; vertical-align: top }
  .amount { padding-right: 0; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
</style>
<h1>Wallet</h1>
<p>This page stands in for CMR’s dashboard. The money is the sandbox’s.</p>
<p class="balance">${dollarsOf(wallet.cents)}</p>
${note && `<p class="note" role="status">${note}</p>`}
<form method="post">${offers.join('')}</form>
<form method="post">
  <input name="dollars" type="number" min="0.01" max="1000000" step="0.01" aria-label="Amount in dollars" placeholder="Amount" required>
  <button>Add funds</button>
</form>
<table>${rows.join('')}</table>
</html>`
}

function dollarsOf(cents: number, minimumFractionDigits = 2): string {
  const style = { style: 'currency', currency: 'USD', minimumFractionDigits } as const
  return (cents / 100).toLocaleString('en-US', style)
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
