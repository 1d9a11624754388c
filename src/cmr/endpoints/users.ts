import { z } from 'zod'
import { pageOf } from '../answers/page.ts'
import { createdUser, user } from '../answers/users.ts'
import { endpoint } from '../endpoint.ts'
import { diallingDigits, readPhone } from '../phone.ts'
import { anything, cmrText, limit, page, userId } from './fields.ts'

/** CMR takes digits alone; people write (212) 555-1234, and + before the dialling code. */
function digits(between: RegExp, shape: RegExp) {
  return z
    .string()
    .min(1, 'Fill this in.')
    .overwrite((text) => text.replaceAll(between, ''))
    .regex(shape, {
      error: ({ input }) =>
        String(input).startsWith('+')
          ? `${input} does not match the country code, or is not a phone number.`
          : 'Give digits only.',
    })
}

/** The fourteen fields of a customer ("Create User"), as CMR spells them. */
export const userFields = z.object({
  email: z.email().meta({ label: 'E-mail', example: 'johndoe@company.com' }),
  company: cmrText({ label: 'Company', example: 'TechCorp Inc.' }),
  firstName: cmrText({ label: 'First name', example: 'John' }),
  lastName: cmrText({ label: 'Last name', example: 'Doe' }),
  country: cmrText({ label: 'Country', picker: 'country' }).regex(
    /^[A-Z]{2}$/,
    'Give the two-letter code, such as US.',
  ),
  state: cmrText({ label: 'State or province', example: 'New York', picker: 'state' }),
  city: cmrText({ label: 'City', example: 'New York' }),
  postalCode: cmrText({ label: 'Postal code', example: '10001' }),
  addressLineOne: cmrText({ label: 'Address', example: '123 Main Street' }),
  addressLineTwo: cmrText({ label: 'Address, line 2', example: 'Suite 400' }).optional(),
  addressLineThree: cmrText({ label: 'Address, line 3', example: 'Apt 5B' }).optional(),
  phoneCc: digits(/^\+/g, /^\d{1,4}$/).meta({
    label: 'Country calling code',
    hint: 'Filled in from the country',
    example: '1',
    normal: diallingDigits,
  }),
  phone: digits(/[\s().-]/g, /^\d+$/).meta({
    label: 'Phone',
    hint: 'As dialed in that country, or with + and the country calling code',
    example: '2125551234',
    reads: readPhone,
  }),
  languagePreference: cmrText({
    label: 'Language',
    hint: 'Two letters, such as en or de',
    example: 'en',
  }).regex(/^[A-Za-z]{2}(-[A-Za-z]{2})?$/, 'Give a language code such as en.'),
})

const query = z.object({ userId })

export const users = {
  list: endpoint({
    id: 'users.list',
    page: 'Retrieve all users',
    method: 'GET',
    path: '/users/list',
    query: z.object({
      page: page.optional(),
      limit: limit.optional(),
      search: z.string().optional().meta({ label: 'Search' }),
    }),
    answer: pageOf(user, 'users'),
    effect: 'read',
    inferred: ['query.search'],
  }),
  get: endpoint({
    id: 'users.get',
    page: 'Get User Details',
    method: 'GET',
    path: '/users',
    query,
    answer: user,
    effect: 'read',
  }),
  create: endpoint({
    id: 'users.create',
    page: 'Create User',
    method: 'POST',
    path: '/users',
    body: userFields,
    answer: createdUser,
    effect: 'write',
  }),
  update: endpoint({
    id: 'users.update',
    page: 'Update User Details',
    method: 'PUT',
    path: '/users',
    query,
    body: userFields,
    answer: anything.nullish(),
    effect: 'write',
    note: 'Takes the whole object, not only what changes.',
  }),
  delete: endpoint({
    id: 'users.delete',
    page: 'Delete User',
    method: 'DELETE',
    path: '/users',
    query,
    answer: anything.nullish(),
    effect: 'destroy',
    narrowedBy: ['userId'],
    note: 'Refused while the user has mailboxes or domains; the answer counts them.',
  }),
}
