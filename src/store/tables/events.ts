/** What CMR told. */
export interface EventTables {
  /** Webhooks as they came in, and what a sync found; without credentials. */
  events: {
    event_id: string
    event: string
    severity: 'good' | 'info' | 'bad' | 'urgent'
    /** JSON of `data`. */
    data: string
    received_at: string
    source: 'webhook' | 'sync' | 'test' | 'bot'
    /** What it is about: `subscription:ID`, `domain:acme.com`, `order:ID`; events on one share a thread. */
    subject: string | null
    user_id: string | null
    domain: string | null
    /** The operation of ours that caused it. */
    operation_id: string | null
  }
  /** Webhooks that came after a sync had told the same: they are stored and not told again. */
  late_webhooks: {
    event_id: string
    /** The event that the sync had made of it. */
    told_by: string
  }
  /** How CMR was seen to sign its webhooks, a row a variant. */
  webhook_signatures: {
    variant: string
    seen_at: string
  }
  /** Webhooks with CMR's signature headers that were refused, a row a reason. */
  webhook_refusals: {
    kind: 'signature' | 'variant' | 'clock'
    refused: number
    last_at: string
  }
  /** Written to find out whether writing works; empty otherwise. */
  scratch: {
    filler: string
  }
}
