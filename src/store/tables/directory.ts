import type { Generated } from 'kysely'

/** What CMR holds, as it was last told. */
export interface DirectoryTables {
  /** What names are looked up in, and what forecasts stand on. No credentials. */
  directory_entries: {
    kind: 'user' | 'domain' | 'mailbox' | 'subscription' | 'order'
    /** CMR's id; of a domain its name, which is what CMR takes. */
    id: string
    /** As people say it: a company, a domain's name, an address. */
    name: string
    /** Every name that it goes by, one a line, as `spelled` in `directory/store/spelling.ts` writes it. */
    spelled: string
    user_id: string | null
    /** The domain's name. */
    domain: string | null
    status: string | null
    /** Until when it is paid: a subscription's periodEnd, a domain's expiryDate. */
    ends_at: string | null
    /** 0 or 1. */
    auto_renew: number | null
    /** Of a subscription: each mailbox a month. Of a domain: CMR's price for its renewal by a year. */
    price_cents: number | null
    /** Of a subscription: its mailboxes. */
    quantity: number | null
    /** Of a mailbox: what pays for it. */
    subscription_id: string | null
    /** Of a mailbox: ACTIVE, PAUSED, PENDING, STOPPED; NONE where CMR says that it has none. */
    warmup_status: string | null
    /** A subscription's periodStart, a domain's registeredOn. */
    began_at: string | null
    /** Of a domain: when CMR said its renewal price, which stays when it can no longer be asked. */
    priced_at: string | null
    /** JSON: the few other fields of CMR's that somebody needs. */
    data: string
    /** When CMR said so. */
    seen_at: string
  }
  /** The partner's wallet as last seen: one row. */
  wallet: {
    id: 'wallet'
    balance_cents: number
    /** ISO 4217. */
    currency: string
    /** When CMR said so. */
    seen_at: string
  }
  /** Each name from the beginning of each of its words: "jane acme com", "acme com", "com". */
  directory_phrases: {
    kind: DirectoryTables['directory_entries']['kind']
    phrase: string
    id: string
  }
  /** Each word from each of its letters on, so that "strel" finds "kestrel". */
  directory_tails: {
    tail: string
    word: string
  }
  /** What reading CMR showed to have changed, until it is known whether a webhook tells of it. */
  directory_changes: {
    /** Of the event that it becomes where none does: the same for every instance that sees the change. */
    event_id: string
    /** CMR's name of that event. */
    event: string
    kind: DirectoryTables['directory_entries']['kind']
    id: string
    /** JSON of the row after the change. */
    entry: string
    /** When CMR last showed how it was before. */
    since: string
    found_at: string
    /** Cents a mailbox before the change, where that has changed. */
    price_before: number | null
    /** JSON of CMR's names of the fields that have changed, where an event lists them. */
    fields: string | null
  }
  /** How far the refresh is: one row for each thing that is asked for again and again. */
  directory_passes: {
    /** The kind of which a pass sees everything, or what else is asked for again and again. */
    kind:
      | DirectoryTables['directory_entries']['kind']
      | 'wallet'
      | 'prices'
      | 'pressing domains'
      | 'pressing mailboxes'
    /** Of the pass that is under way, or of the last one. */
    started_at: string
    /** Of the pass before that one. */
    before_started_at: string | null
    /** Where it goes on after a restart. */
    cursor: string | null
    /** Null while it is under way. */
    ended_at: string | null
    /** When all of this kind had been seen for the last time. */
    completed_at: string | null
    /** How many have come to their end. */
    passes: Generated<number>
    /** Requests of the pass that is under way, or of the last one. */
    turns: Generated<number>
    /** Requests of the pass before. */
    turns_before: Generated<number>
    leased_by: string | null
    leased_until: string | null
  }
}
