import { RENEWABLE_DAYS } from '../../src/cmr/endpoints/domains.ts'

/** Whether CMR would renew this domain of the sandbox today: long before its expiry it does not. */
export function isRenewable(domain: object): boolean {
  const { status, expiryDate } = domain as { status?: unknown; expiryDate?: unknown }
  return status === 'ACTIVE' && Date.parse(String(expiryDate)) < Date.now() + RENEWABLE_DAYS * 86_400_000
}
