import { z } from 'zod'
import { type Page, unreadableIn } from '../../cmr/answers/page.ts'
import { type User, userIdOf, userName } from '../../cmr/answers/users.ts'
import { users as endpoints, userFields } from '../../cmr/endpoints/users.ts'
import { CmrError } from '../../cmr/errors.ts'
import { callingCodeOf } from '../../cmr/phone.ts'
import { command, type Prefill } from '../../commands/command.ts'
import type { CommandContext } from '../../commands/context.ts'
import { customersOfCaller } from '../../commands/permissions.ts'
import { readBack } from '../../commands/read-back.ts'
import { gone, objectIn, pageIn } from '../../directory/answers.ts'
import { userNamed } from '../../directory/names/called.ts'
import { customerLine, named } from '../../directory/names/named.ts'
import { spelled } from '../../directory/store/spelling.ts'
import { updatesOfRow } from '../../directory/updates.ts'
import { code, counted, escapeText, mostRows } from '../../slack/blocks.ts'
import { withUnreadable } from '../answers.ts'
import { receiptPlace } from '../confirmations.ts'
import { listRows } from '../csv-lists.ts'
import { withTraits } from '../endpoint-traits.ts'
import { stateAsListed } from '../geo/commands.ts'
import { limitOf, orderedPage, type RowOrder, sortedPage } from '../sorting.ts'
import {
  type UserCounts,
  userCard,
  userCreated,
  userDeleted,
  userList,
  userOrder,
  userUpdated,
} from './messages.ts'
import { reconcileChangedUser, reconcileDeletedUser, reconcileNewUser, userOrNone } from './reconcile.ts'

const { userId } = endpoints.get.query.shape
const PAGE = 10

const everyUser = listRows(endpoints.list, endpoints.list.query)

/** Returns some customers, as far as they are still there; by a part of a name or an address, where one is given. */
async function usersOf({ cmr }: CommandContext, ids: readonly string[], search = ''): Promise<User[]> {
  const users = await Promise.all(ids.map((userId) => userOrNone(cmr, userId)))
  const holds = (said: unknown) => typeof said === 'string' && spelled(said).includes(spelled(search))
  return users.filter((user) => user !== undefined).filter((user) => Object.values(user).some(holds))
}

const list = withTraits(
  command({
    noun: 'users',
    verb: 'list',
    summary: 'List customers',
    about: 'Lists your customers, or those whose name, company or e-mail matches.',
    effect: endpoints.list.effect,
    input: endpoints.list.query,
    customers: 'narrowed',
    ...everyUser,
    async rows(context, given, most) {
      const only = await customersOfCaller(context)
      const rows = only
        ? await usersOf(context, only, given.search)
        : ((await everyUser.rows?.(context, given, most)) ?? [])
      return [...rows].sort(userOrder)
    },
    positional: ['search'],
    async run(context, { page = 1, limit, search }) {
      // No more than one message shows: the rest would be lost between two pages.
      const wanted = { page, ...limitOf(limit, mostRows), ...(search && { search }) }
      const only = await customersOfCaller(context)
      const list = only
        ? orderedPage(await usersOf(context, only, search), { limit: PAGE, ...wanted }, userOrder)
        : ((await sortedPage(context.cmr, endpoints.list, wanted, userOrder as RowOrder<unknown>, PAGE))
            .data as Page<User>)
      return { message: withUnreadable(userList(list, wanted, PAGE), unreadableIn(list)) }
    },
  }),
  { updates: ({ data }) => pageIn(data).flatMap(updatesOfRow.user) },
)

/** Returns how much a customer has; nothing where CMR does not say it at once. */
async function countsOf({ cmr }: CommandContext, id: string): Promise<UserCounts> {
  const query = { userId: id }
  const [domains, mailboxes] = await Promise.all([
    cmr.domains
      .list({ query })
      .then(({ data }) => data.rows.length)
      .catch(() => undefined),
    cmr.mailboxes
      .list({ query })
      .then(({ data }) => data.rows.length)
      .catch(() => undefined),
  ])
  return { domains, mailboxes }
}

const get = withTraits(
  command({
    noun: 'users',
    verb: 'get',
    summary: 'Show a customer',
    about: 'Shows a customer’s details, with buttons for domains, mailboxes and orders.',
    effect: endpoints.get.effect,
    submit: 'Show',
    input: z.object({ userId }),
    positional: ['userId'],
    async run(context, input) {
      const user = await userNamed(context, input.userId)
      return { message: userCard(user, await countsOf(context, userIdOf(user))) }
    },
  }),
  { updates: ({ data }) => objectIn(data).flatMap(updatesOfRow.user) },
)

const lookAgain = (email: string) =>
  `The customer may exist. Check with \`/cmr users list --search ${escapeText(email)}\` before you create it again.`

/** A new country has other states and another dialling code. */
async function followCountry(_: CommandContext, values: Readonly<Record<string, unknown>>): Promise<Prefill> {
  const phoneCc = callingCodeOf(values.country)
  return { values: { state: '', ...(phoneCc && { phoneCc }) } }
}

/** `/cmr users create`; an import sends it for each of its rows. */
export const create = withTraits(
  command({
    noun: 'users',
    verb: 'create',
    summary: 'Create a customer',
    about: 'Creates a customer, for whom you can then order domains and mailboxes.',
    effect: endpoints.create.effect,
    submit: 'Create customer',
    input: userFields,
    positional: ['email'],
    prefill: async () => ({ values: { languagePreference: 'en' } }),
    follow: followCountry,
    label: (input) => `${input.company} (${input.email})`,
    whenUnknown: (input) => lookAgain(input.email),
    async run({ cmr, places }, given) {
      const input = { ...given, state: await stateAsListed({ places }, given) }
      const { data, actionId } = await cmr.users.create({ body: input })
      return {
        message: userCreated(input, data.userId),
        actionId,
        subject: { userId: data.userId },
      }
    },
  }),
  {
    reconcile: reconcileNewUser,
    updates: ({ body, data }) => objectIn(data).flatMap((made) => updatesOfRow.user({ ...body, ...made })),
  },
)

/** What CMR holds of the user who is named. */
async function todays(context: CommandContext, given: Readonly<Record<string, unknown>>): Promise<Prefill> {
  if (typeof given.userId !== 'string') return { values: {} }
  const user = await userNamed(context, given.userId)
  return { values: { ...user, userId: userIdOf(user) }, labels: { userId: userName(user) } }
}

const update = withTraits(
  command({
    noun: 'users',
    verb: 'update',
    summary: 'Update a customer',
    about: 'Changes a customer’s details. The form is filled in with what CMR has.',
    effect: endpoints.update.effect,
    submit: 'Save',
    input: z.object({
      userId: userId.meta({ reloads: true, hint: 'Fills in the form with what CMR has' }),
      ...userFields.shape,
    }),
    positional: ['userId'],
    prefill: todays,
    follow: (context, values, chosen) => (chosen === 'userId' ? todays : followCountry)(context, values),
    async readBack(context, { userId: whose, ...changed }) {
      const found = await named(context, z.object({ userId }), { userId: whose })
      const lines = [
        '*Update this customer?*',
        await customerLine(context, found),
        readBack(userFields, changed),
      ]
      return lines.filter(Boolean).join('\n')
    },
    label: (input) => `${input.company} (${input.email})`,
    whenUnknown: (input) => `Check its current state with \`/cmr users get ${escapeText(input.userId)}\`.`,
    async run(context, input) {
      const before = await userNamed(context, input.userId)
      const id = userIdOf(before)
      // CMR takes the whole object, always.
      const { userId: _, ...changed } = input
      const isOld = input.state === before.state && input.country === before.country
      const body = isOld ? changed : { ...changed, state: await stateAsListed(context, input) }
      const { actionId } = await context.cmr.users.update({ query: { userId: id }, body })
      const changes = Object.entries(body)
        .filter(([name, value]) => String(before[name] ?? '') !== value)
        .map(([name]) => userFields.shape[name as keyof typeof userFields.shape].meta()?.label ?? name)
      return { message: userUpdated(body, id, changes.map(String)), actionId, subject: { userId: id } }
    },
  }),
  {
    reconcile: reconcileChangedUser,
    updates: ({ query, body }) => updatesOfRow.user({ ...body, userId: query.userId }),
  },
)

const remove = withTraits(
  command({
    noun: 'users',
    verb: 'delete',
    summary: 'Delete a customer',
    about: 'Deletes a customer for good. CMR refuses while there are domains or mailboxes.',
    effect: endpoints.delete.effect,
    submit: 'Delete for good',
    input: z.object({ userId }),
    positional: ['userId'],
    async confirm(context, input) {
      const user = await userNamed(context, input.userId)
      const address = String(user.email ?? userIdOf(user))
      return {
        text: `*${escapeText(userName(user))}* (${escapeText(user.email)}, ${code(userIdOf(user))}) will be deleted *for good*, with billing records, workspaces and orders. CMR refuses while the customer has mailboxes or domains: ${clearingUp}\n${receiptPlace(context)}`,
        typed: address,
        // Whoever is called that by the time it is sent: the one who was shown goes.
        input: { userId: address },
      }
    },
    label: (input) => input.userId,
    whenUnknown: (input) => `Check with \`/cmr users get ${escapeText(input.userId)}\`.`,
    async run(context, input) {
      const user = await userNamed(context, input.userId)
      const id = userIdOf(user)
      const { actionId } = await context.cmr.users
        .delete({ query: { userId: id } })
        .catch((error: unknown) => {
          throw withCounts(error, user)
        })
      return { message: userDeleted(user, id), actionId, subject: { userId: id } }
    },
  }),
  { reconcile: reconcileDeletedUser, updates: ({ query }) => gone('user', query.userId) },
)

/** In which order a user is cleared up before CMR deletes it ("Delete User"). */
const clearingUp = 'cancel the active subscriptions first, then remove the domains, then the mailboxes.'

/** CMR says how many mailboxes and domains are in the way: so do we. */
function withCounts(error: unknown, user: User): unknown {
  if (!(error instanceof CmrError) || typeof error.data !== 'object' || error.data === null) return error
  const { mailboxCount, domainCount } = error.data as { mailboxCount?: unknown; domainCount?: unknown }
  if (mailboxCount === undefined && domainCount === undefined) return error
  const mailboxes = counted(Number(mailboxCount ?? 0), 'mailbox', 'mailboxes')
  const domains = counted(Number(domainCount ?? 0), 'domain')
  const left = `${userName(user)} still has ${mailboxes} and ${domains}: ${clearingUp}`
  return new CmrError(`${error.message} ${left}`, error, error)
}

/** `/cmr users …` */
export const userCommands = [list, get, create, update, remove]
