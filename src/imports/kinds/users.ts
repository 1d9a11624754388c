import { userFields } from '../../cmr/endpoints/users.ts'
import { InputError } from '../../commands/command.ts'
import { stateAsListed } from '../../resources/geo/commands.ts'
import { create } from '../../resources/users/commands.ts'
import { type Item, importOf, onlyOnce } from '../import.ts'

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
  phoneCc: also('phoneCc', 'country code', 'phone code', 'dialling code', 'dialing code').optional(),
  languagePreference: also('languagePreference', 'language preference').optional(),
})

/** `/cmr users import`: a customer a row. */
export const userImport = importOf({
  id: 'users.import',
  summary: 'Import customers',
  effect: create.effect,
  columns,
  sends: create,
  async plan(context, rows) {
    const { once, faults } = onlyOnce(
      rows,
      ({ values }) => values.email.toLowerCase(),
      ({ values }, first) => ({
        column: 'E-mail',
        reason: `${values.email} is on line ${first} already.`,
      }),
    )
    const items: Item[] = []
    for (const { number, values } of once) {
      if (!values.phoneCc) {
        faults.push({
          number,
          column: 'Country calling code',
          reason: 'Fill this in: the country gives none.',
        })
        continue
      }
      try {
        const state = await stateAsListed(context, values)
        const input = { ...values, state, languagePreference: values.languagePreference ?? 'en' }
        items.push({ numbers: [number], input })
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        faults.push({ number, column: 'State or province', reason: error.message })
      }
    }
    return { items, faults }
  },
  resultId: ({ subject }) => subject?.userId,
})
