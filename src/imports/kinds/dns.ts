import { z } from 'zod'
import { dmarcTags } from '../../cmr/dns-record.ts'
import { dns } from '../../cmr/endpoints/dns.ts'
import { domain, userId } from '../../cmr/endpoints/fields.ts'
import { dnsCommands } from '../../resources/dns/commands.ts'
import { newRecordFaults } from '../../resources/dns/records.ts'
import { refuse } from '../../resources/dns/zone.ts'
import { customersOf, importOf, onlyOnce } from '../import.ts'

const { host, value, recordType, priority, excludedDMARCtags } = dns.add.body.shape.records.element.shape
const add = dnsCommands.find(({ verb }) => verb === 'add')
if (!add) throw new Error('There is no dns.add to import with')

const columns = z
  .object({
    userId: userId
      .optional()
      .meta({ label: 'Customer', also: ['user', 'user email'], example: 'jane@acme.com' }),
    domain: domain.meta({ also: ['domain name'] }),
    recordType: recordType.meta({ label: 'Type', also: ['record type'], example: 'TXT' }),
    host: host.meta({ also: ['name'] }),
    value: value.meta({
      ...value.meta(),
      also: ['content', 'data'],
      example: 'v=spf1 include:_spf.google.com ~all',
    }),
    priority,
    excludedDMARCtags: excludedDMARCtags.meta({
      ...excludedDMARCtags.meta(),
      label: 'DMARC tags to leave out',
      also: ['excluded tags', 'excluded DMARC tags'],
    }),
  })
  .superRefine((row, refinement) => refuse(newRecordFaults(row), refinement))

/** `/cmr dns import`: a record a row. */
export const dnsImport = importOf({
  id: 'dns.import',
  summary: 'Import DNS records',
  effect: dns.add.effect,
  columns,
  explains: `Records are added. Existing records stay. To a TXT record at \`_dmarc\` CMR adds ${dmarcTags.join(', ')} by itself, with \`sp=reject\`: name tags that it should leave out in a column “DMARC tags to leave out”. Tags in the value itself stay as they are.`,
  sends: add,
  async plan(context, rows) {
    const { once, faults } = onlyOnce(
      rows,
      ({ values: { userId: _, ...record } }) => JSON.stringify(record).toLowerCase(),
      (_, first) => ({ reason: `It is the same record as on line ${first}.` }),
    )
    const owners = await customersOf(context, once)
    const items = owners.known.map(({ row, userId: owner }) => ({
      numbers: [row.number],
      input: { ...row.values, userId: owner },
    }))
    return { items, faults: [...faults, ...owners.faults] }
  },
  resultId: ({ actionId }) => actionId,
})
