import {
  actions,
  button,
  code,
  context,
  cut,
  escapeText,
  fields,
  header,
  type Message,
  section,
} from './blocks.ts'

/** A customer as CMR answers it; every field but the id may be missing. */
export type User = Readonly<Record<string, unknown>>

/** CMR answers `userId` here and `id` there. */
export function userIdOf(user: User): string {
  return String(user.userId ?? user.id ?? '')
}

/** How a person calls a customer: company, else name, else e-mail, else id. Not escaped. */
export function userName(user: User): string {
  const person = [user.firstName, user.lastName].filter(Boolean).join(' ')
  return String(user.company || person || user.email || userIdOf(user) || 'this user')
}

/** How much a customer has, as far as that is known. */
export interface UserCounts {
  readonly domains?: number | undefined
  readonly mailboxes?: number | undefined
}

/** The card of one customer, with buttons that act on it. */
export function userCard(user: User, counts: UserCounts = {}): Message {
  const id = userIdOf(user)
  const text = (key: string) => (user[key] ? escapeText(user[key]) : undefined)
  const person = [text('firstName'), text('lastName')].filter(Boolean).join(' ')
  const address = [text('addressLineOne'), text('addressLineTwo'), text('addressLineThree')]
    .filter(Boolean)
    .join('\n')
  const town = [text('postalCode'), text('city')].filter(Boolean).join(' ')
  const place = [address, town, [text('state'), text('country')].filter(Boolean).join(', ')]
    .filter(Boolean)
    .join('\n')
  const phone = user.phone ? `+${escapeText(user.phoneCc)} ${escapeText(user.phone)}` : undefined
  return {
    text: `${escapeText(userName(user))}: ${text('email') ?? id}`,
    blocks: [
      header(userName(user)),
      ...fields({
        'E-mail': text('email'),
        Person: person,
        Address: place,
        Phone: phone,
        Language: text('languagePreference'),
      }),
      context(`userId ${code(id)}`),
      userActions(id, counts),
    ],
  }
}

function userActions(id: string, { domains, mailboxes }: UserCounts) {
  const counted = (label: string, count: number | undefined) =>
    count === undefined ? label : `${label} (${count})`
  return actions(
    button({ text: 'Update', actionId: 'users.update', value: id }),
    button({ text: counted('Domains', domains), actionId: 'domains.list', value: id }),
    button({ text: counted('Mailboxes', mailboxes), actionId: 'mailboxes.list', value: id }),
    button({
      text: 'Subscriptions',
      actionId: 'find.show:subscriptions',
      value: `kind=subscription userId=${id}`,
    }),
    button({ text: 'Orders', actionId: 'find.show:orders', value: `kind=order userId=${id}` }),
    button({ text: 'Platforms', actionId: 'exports.platforms', value: id }),
    button({ text: 'Order domains', actionId: 'orders.create', value: id }),
    button({ text: 'Delete', actionId: 'users.delete', value: id, style: 'danger' }),
  )
}

/** A page of customers. */
export interface UserPage {
  readonly users: readonly User[]
  readonly page: number
  /** Whether another page follows. */
  readonly more: boolean
  readonly total?: number | undefined
  readonly search?: string | undefined
}

/**
 * A page of the list, a line and a button each.
 * @param turn the value of a paging button: the command's arguments for that page
 */
export function userList(list: UserPage, turn: (page: number) => string): Message {
  const looking = list.search ? ` for “${escapeText(list.search)}”` : ''
  if (list.users.length === 0) {
    const text = `No user found${looking}${list.page > 1 ? ` on page ${list.page}` : ''}. Try another part of the name, company or e-mail.`
    return {
      text,
      blocks: [
        section(text),
        actions(button({ text: 'Create user', actionId: 'users.create', style: 'primary' })),
      ],
    }
  }
  const count = list.total ?? list.users.length
  const title = `${count} user${count === 1 ? '' : 's'}${looking}${list.page > 1 || list.more ? `, page ${list.page}` : ''}`
  const rows = list.users.map((user, at) =>
    section(
      cut(`*${escapeText(userName(user))}*\n${escapeText(user.email ?? '')}`, 2900),
      button({ text: 'Open', actionId: `users.get:${at}`, value: userIdOf(user) }),
    ),
  )
  const turning = [
    list.page > 1 &&
      button({ text: '‹ Previous', actionId: 'users.list:previous', value: turn(list.page - 1) }),
    list.more && button({ text: 'Next ›', actionId: 'users.list:next', value: turn(list.page + 1) }),
    button({ text: 'Create user', actionId: 'users.create' }),
  ].filter((item) => item !== false)
  return { text: title, blocks: [section(`*${title}*`), ...rows, actions(...turning)] }
}

/** What is posted after a user was created: who, the id to be used later, and what comes next. */
export function userCreated(user: User, id: string, actionId?: string): Message {
  const name = userName(user)
  const text = `:white_check_mark: User *${escapeText(name)}* created (${escapeText(user.email)})`
  return {
    text,
    blocks: [
      section(`${text}\nuserId ${code(id)}`),
      context(
        ...([
          actionId && `actionId ${code(actionId)}`,
          'Keep the userId: orders, domains and mailboxes ask for it.',
        ].filter((line) => !!line) as string[]),
      ),
      actions(
        button({ text: 'Order domains', actionId: 'orders.create', value: id, style: 'primary' }),
        button({ text: 'Open user', actionId: 'users.get', value: id }),
      ),
    ],
  }
}

/** After an update. */
export function userUpdated(user: User, id: string, changed: readonly string[]): Message {
  const text = `:white_check_mark: User *${escapeText(userName(user))}* updated`
  const what = changed.length
    ? `Changed: ${changed.map(escapeText).join(', ')}`
    : 'Nothing differed from before'
  return {
    text,
    blocks: [
      section(text),
      context(what, `userId ${code(id)}`),
      actions(button({ text: 'Open user', actionId: 'users.get', value: id })),
    ],
  }
}

/** After a deletion. */
export function userDeleted(user: User, id: string): Message {
  const text = `:wastebasket: User *${escapeText(userName(user))}* (${escapeText(user.email ?? id)}) deleted for good`
  return { text, blocks: [section(text), context(`userId was ${code(id)}`)] }
}
