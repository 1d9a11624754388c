import { userFields } from '../../cmr/endpoints/users.ts'
import { create } from '../../resources/users/commands.ts'
import { importOf, onlyOnce } from '../import.ts'

type Fields = typeof userFields.shape

/** A field with other names that its column goes by. */
function also<Name extends keyof Fields>(field: Name, ...names: string[]): Fields[Name] {
  const schema = userFields.shape[field]
  return schema.meta({ also: names }) as Fields[Name]
}

const columns = userFields.extend({
  email: also('email', 'mail', 'email address'),
  company: also('company', 'company name'),
  country: userFields.shape.country.meta({ example: 'US' }),
  state: also('state', 'state', 'province', 'region'),
  postalCode: also('postalCode', 'zip', 'zip code', 'postcode'),
  addressLineOne: also('addressLineOne', 'address line 1', 'address 1', 'street'),
  addressLineTwo: also('addressLineTwo', 'address line 2', 'address 2').optional(),
  addressLineThree: also('addressLineThree', 'address line 3', 'address 3').optional(),
  phoneCc: also('phoneCc', 'country code', 'phone code'),
  languagePreference: also('languagePreference', 'language preference').optional(),
})

/** `/cmr users import`: a customer a row. */
export const userImport = importOf({
  id: 'users.import',
  summary: 'Import users',
  effect: create.effect,
  columns,
  sends: create,
  async plan(_, rows) {
    const { once, faults } = onlyOnce(
      rows,
      ({ values }) => values.email.toLowerCase(),
      ({ values }, first) => ({
        column: 'E-mail',
        reason: `${values.email} is on line ${first} already.`,
      }),
    )
    const items = once.map(({ number, values }) => ({
      numbers: [number],
      input: { ...values, languagePreference: values.languagePreference ?? 'en' },
    }))
    return { items, faults }
  },
  resultId: ({ subject }) => subject?.userId,
})
