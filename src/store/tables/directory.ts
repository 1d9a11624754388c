import type { Generated } from 'kysely'

/** What CMR holds, as it was last told, and where people are shown how it stands. */
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
  /** Who has opened App Home lately, and what they see there. */
  home_visits: {
    slack_user_id: string
    visited_at: string
    /** A digest of the view that stands there; null where nobody knows, so that it is published again. */
    shown: string | null
    shown_at: string | null
  }
  /** Channels that read every morning how things stand. */
  digests: {
    channel: string
    /** As it was called when it was set up; the id is what counts. */
    channel_name: string
    /** `HH:MM` on the clocks of `zone`. */
    time: string
    /** IANA. */
    zone: string
    /** Days on which it covers a day, with spaces between: "mon tue"; empty for none. */
    weekdays: string
    /** The day on which it covers the week instead; null for none. */
    weekly_on: string | null
    /** 1: nothing is posted where there is nothing to say. */
    quiet: number
    set_by: string
    set_at: string
    /** When the next one is due; also its name, by which it is looked for in Slack. */
    next_at: string
    /** When Slack was first asked to post it: it may stand there. */
    tried_at: string | null
    /** Nobody else posts it until then. */
    leased_until: string | null
    /** What the last one told of ended there. */
    covered_until: string | null
    /** Why the last one could not be posted. */
    error: string | null
  }
  /** One row a thing, period and threshold: written with its event, so that nobody is reminded twice. */
  renewal_reminders: {
    /** `domain:acme.com`, `subscription:ID`, `wallet`. */
    thing: string
    /** Which of its renewals: the day on which it is due. */
    period: string
    /** How many days were left, at most: `30`; `grace 5` in a countdown. */
    threshold: string
    /** As in `events`. */
    subject: string
    told_at: string
    /** When it was renewed, or nothing could be done any more. */
    settled_at: string | null
    /** What its messages show of it, while other things that they tell of are still at risk; null where it is one of those. */
    progress: 'under way' | 'over' | null
  }
}
