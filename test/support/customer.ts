/** What a form for a customer takes, with letters that files and keyboards garble. */
export const customer = {
  email: 'm.was@example.test',
  company: 'Wąs',
  firstName: 'Michał',
  lastName: 'Wąs',
  country: 'US',
  state: 'New York',
  city: 'New York',
  postalCode: '10001',
  addressLineOne: '1 Main St',
  phoneCc: '1',
  phone: '2125551234',
  languagePreference: 'en',
}
