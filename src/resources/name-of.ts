const naming = [
  'domain',
  'domainName',
  'domains',
  'domainNames',
  'mailboxId',
  'mailboxIds',
  'subscriptionId',
  'subscriptionIds',
  'orderId',
  'recordId',
  'credentialId',
  'userId',
  'keyword',
  'contains',
  'message',
]

/** What a person calls the thing that a command is about. */
export function nameOf(input: Readonly<Record<string, unknown>>): string {
  const value = naming.map((name) => input[name]).find((one) => one !== undefined)
  const names = Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ')
}
