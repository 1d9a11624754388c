import type { Page } from '../../cmr/answers/page.ts'
import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import { turning } from '../../commands/paging.ts'
import { receipt } from '../../operations/messages/receipt.ts'
import {
  actions,
  button,
  code,
  cut,
  escapeText,
  type Message,
  mostRows,
  section,
} from '../../slack/blocks.ts'
import { card } from '../../slack/card.ts'
import { listMessage, menu, namelessNote } from '../../slack/list.ts'
import { byName, countedIn, inOrder, orderNote, placeOfPage, type RowOrder } from '../sorting.ts'

/** How much a customer has, as far as that is known. */
export interface UserCounts {
  readonly domains?: number | undefined
  readonly mailboxes?: number | undefined
}

/** The card of one customer, with buttons that act on it. */
export function userCard(user: User, counts: UserCounts): Message {
  const id = userIdOf(user)
  const text = (key: keyof User & string) => (user[key] ? escapeText(user[key]) : undefined)
  const person = [text('firstName'), text('lastName')].filter(Boolean).join(' ')
  const address = [text('addressLineOne'), text('addressLineTwo'), text('addressLineThree')]
    .filter(Boolean)
    .join('\n')
  const town = [text('postalCode'), text('city')].filter(Boolean).join(' ')
  const place = [address, town, [text('state'), text('country')].filter(Boolean).join(', ')]
    .filter(Boolean)
    .join('\n')
  const phone = user.phone ? `+${escapeText(user.phoneCc)} ${escapeText(user.phone)}` : undefined
  return card({
    title: userName(user),
    text: `${escapeText(userName(user))}: ${text('email') ?? id}`,
    pairs: {
      'E-mail': text('email'),
      Person: person,
      Address: place,
      Phone: phone,
      Language: text('languagePreference'),
    },
    ids: { userId: id },
    buttons: userButtons(id, counts),
  })
}

function userButtons(id: string, { domains, mailboxes }: UserCounts) {
  const numbered = (label: string, count: number | undefined) =>
    count === undefined ? label : `${label} (${count})`
  return [
    button({ text: 'Update', actionId: 'users.update', value: id }),
    button({ text: numbered('Domains', domains), actionId: 'domains.list', value: id }),
    button({ text: numbered('Mailboxes', mailboxes), actionId: 'mailboxes.list', value: id }),
    button({
      text: 'Subscriptions',
      actionId: 'find.show:subscriptions',
      value: `kind=subscription userId=${id}`,
    }),
    button({ text: 'Orders', actionId: 'orders.list', value: `userId=${id}` }),
    button({ text: 'Platforms', actionId: 'exports.platforms', value: id }),
    button({ text: 'Order domains', actionId: 'orders.create', value: id }),
    button({ text: 'Delete', actionId: 'users.delete', value: id, style: 'danger' }),
  ]
}

/** Customers by name. */
export const userOrder: RowOrder<User> = inOrder(
  byName(userName),
  byName(({ email }) => email),
)

/**
 * Returns a page of customers, a line and a menu each.
 * @param asked what was searched for, and how many customers of it if a number was named
 * @param limit how many a page holds where none was
 */
export function userList(
  list: Page<User>,
  { page: _, ...asked }: { readonly page: number; readonly search?: string; readonly limit?: number },
  limit: number,
): Message {
  const { rows } = list
  const looking = asked.search ? ` for “${escapeText(asked.search)}”` : ''
  const place = placeOfPage(list, { limit, ...asked })
  if (rows.length === 0) {
    const text = `No customer found${looking}${place.page > 1 ? ` on page ${place.page}` : ''}. Try another part of the name, company or e-mail.`
    return {
      text,
      blocks: [
        section(text),
        actions(button({ text: 'Create customer', actionId: 'users.create', style: 'primary' })),
      ],
    }
  }
  return listMessage({
    id: 'users.list',
    title: `${countedIn(list, 'customer')}${looking}`,
    place,
    turn: turning(asked),
    rows: rows.slice(0, mostRows).map(lineOf),
    notes: [orderNote(list, 'by name')],
    buttons: [button({ text: 'Create customer', actionId: 'users.create' })],
  })
}

function lineOf(user: User, at: number) {
  const id = userIdOf(user)
  const text = cut(`*${escapeText(userName(user))}*\n${escapeText(user.email ?? '')}`, 2800)
  if (!id) return section(`${text}\n${namelessNote}`)
  return section(
    text,
    menu(`users.more:${at}`, {
      Open: `users.get ${id}`,
      Domains: `domains.list ${id}`,
      Mailboxes: `mailboxes.list ${id}`,
      'Order domains': `orders.create ${id}`,
      Update: `users.update ${id}`,
    }),
  )
}

/** What is posted after a user was created: who, the id to be used later, and what comes next. */
export function userCreated(user: User, id: string): Message {
  return receipt({
    text: `:white_check_mark: Customer *${escapeText(userName(user))}* created (${escapeText(user.email)})`,
    follows: [`userId ${code(id)}`],
    notes: ['From now on you can name it by its company, e-mail or id.'],
    buttons: [
      button({ text: 'Order domains', actionId: 'orders.create', value: id, style: 'primary' }),
      button({ text: 'Open customer', actionId: 'users.get', value: id }),
    ],
  })
}

/** After an update. */
export function userUpdated(user: User, id: string, changed: readonly string[]): Message {
  return receipt({
    text: changed.length
      ? `:white_check_mark: Customer *${escapeText(userName(user))}* updated`
      : `:information_source: Nothing changed: this is what CMR already has for *${escapeText(userName(user))}*`,
    follows: [changed.length ? `Changed: ${changed.map(escapeText).join(', ')}` : undefined],
    notes: [`userId ${code(id)}`],
    buttons: [button({ text: 'Open customer', actionId: 'users.get', value: id })],
  })
}

/** After a deletion. */
export function userDeleted(user: User, id: string): Message {
  return receipt({
    text: `:wastebasket: Customer *${escapeText(userName(user))}* (${escapeText(user.email ?? id)}) deleted for good`,
    notes: [`Its id was ${code(id)}`],
  })
}
