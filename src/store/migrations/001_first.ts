import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { isPostgres } from '../sql.ts'

/** Creates every table and index; `schema.ts` says what each column means. */
export const first: Migration = {
  async up(db: Kysely<never>) {
    for (const statement of statements(isPostgres(db)).split(/;\n/))
      if (statement.trim()) await sql.raw(statement).execute(db)
  },
}

function statements(onPostgres: boolean): string {
  const serial = onPostgres ? 'bigserial' : 'integer'
  // SQLite compares text byte by byte, so that an index serves its prefixes; PostgreSQL does where it is told to.
  const ordered = onPostgres ? 'text collate "C"' : 'text'
  return `
-- Events, and webhooks that came late or were refused.
create table events (
  event_id text primary key, event text not null, severity text not null, data text not null,
  received_at text not null, source text not null, subject text, user_id text, domain text,
  operation_id text
);
create index events_received on events (received_at);
create index events_subject on events (subject);
create index events_domain on events (domain, received_at);
create index events_user_id on events (user_id, received_at);
create index events_operation_id on events (operation_id, received_at);
-- A webhook that comes late is looked for among the few that a sync had found before it.
create index events_sync_domain on events (domain, received_at) where source = 'sync';
create index events_sync_subject on events (subject, received_at) where source = 'sync';

create table late_webhooks (event_id text primary key, told_by text not null);
create table webhook_signatures (variant text primary key, seen_at text not null);

create table webhook_refusals (
  kind text primary key, refused integer not null, last_at text not null
);

create table scratch (filler text not null);

-- What is to be posted in Slack, and what stands there.
create table outbox (
  id ${serial} primary key, event_id text not null, channel text not null, batch_key text,
  thread_ts text, state text not null, attempts integer not null, not_before text not null,
  delivery_id text, error text, rank integer not null, subject text,
  threaded integer not null default 0, operation_id text, route_id text, mention text,
  moved_from text,
  constraint outbox_once unique (event_id, channel)
);
-- They hold only rows that are still to be posted, so that old rows slow down neither inserts nor claims.
create index outbox_next on outbox (channel, rank, id) where state = 'waiting';
create index outbox_subject on outbox (channel, subject, id)
  where state = 'waiting' and subject is not null;
create index outbox_begun on outbox (channel, id)
  where state = 'waiting' and delivery_id is not null;
create index outbox_held on outbox (not_before) where state = 'held';
create index outbox_failed on outbox (id) where state = 'failed';
create index outbox_operation on outbox (operation_id) where operation_id is not null;
create index outbox_delivery on outbox (delivery_id) where delivery_id is not null;

create table channel_queues (
  channel text primary key, due_at text, paced_until text, leased_by text, leased_until text,
  attempts integer not null, error text, broken_at text, admins_notified_at text
);

create table threads (
  channel text not null, subject text not null, root_ts text not null, opened_at text not null,
  last_event_id text not null, resolved_at text, acknowledged_by text, acknowledged_at text,
  events integer not null default 1, trouble_at text, trouble_event_id text,
  version integer not null, shown_version integer not null,
  constraint threads_key primary key (channel, subject)
);
create index threads_behind on threads (channel) where shown_version < version;
create index threads_in_trouble on threads (opened_at)
  where resolved_at is null and trouble_event_id is not null;

create table messages (
  delivery_id text primary key, channel text not null, ts text not null, posted_at text not null,
  thread_ts text, file text, acknowledged_by text, acknowledged_at text,
  version integer not null default 0, shown_version integer not null default 0
);
create index messages_behind on messages (channel) where shown_version < version;
create index messages_posted on messages (channel, posted_at);
create index messages_file on messages (channel) where file = 'owed';

create table channel_names (name text primary key, channel text not null);

-- Who hears what, and who asked for silence.
create table routes (
  id text primary key, channel text not null, channel_name text not null, filter text not null,
  delivery text not null, created_by text not null, created_at text not null,
  changed_at text not null, muted_until text, muted_by text, removed_at text
);

create table mutes (
  subject text primary key, until text, muted_by text not null, muted_at text not null
);

create table snoozes (
  id text primary key, event_id text not null, channel text not null, thread_ts text not null,
  due_at text not null, created_by text not null, created_at text not null, reminded_at text
);
create index snoozes_due on snoozes (reminded_at, due_at);

-- What was asked of CMR.
create table operations (
  id text primary key, submission_key text unique, endpoint text not null, actor text not null,
  channel text, receipt_ts text, thread_ts text, state text not null, outcome text,
  reported_not_happened_by text, action_id text, order_id text, subject text not null,
  label text not null, created_at text not null, ended_at text, poll_at text, deadline_at text,
  polls integer not null default 0, cents bigint, run_id text, request text, sent_at text,
  head text, receipt_tried_at text, receipt_until text, flagged_at text,
  version integer not null default 0, shown_version integer not null default 0
);
create index operations_action on operations (action_id);
create index operations_order on operations (order_id);
create index operations_due on operations (state, poll_at);
create index operations_run on operations (run_id);
-- Orders that wait to be processed are among the few without an outcome.
create index operations_without_outcome on operations (created_at)
  where state = 'ended' and outcome is null and order_id is not null;
-- What "/cmr orders list" shows: a few of very many.
create index operations_placing_orders on operations (created_at)
  where endpoint like 'orders.%' or endpoint = 'prewarm.order';
-- What limits sum up; of a year, most operations charge nothing.
create index operations_spending on operations (sent_at, actor) where cents is not null;
-- Nearly every receipt shows the current state: only the others are worth an entry.
create index operations_unshown on operations (created_at) where version > shown_version;

create table expected_results (
  operation_id text not null, kind text not null, name text not null, state text not null,
  detail text, event_id text, ended_at text, before text, sent_at text, label text, follow_up text,
  constraint expected_results_key primary key (operation_id, kind, name)
);
create index expected_results_state on expected_results (state, kind, name);
create index expected_results_name on expected_results (name);
create index expected_results_follow_up on expected_results (operation_id)
  where state = 'waiting' and follow_up is not null;

create table operation_steps (operation_id text not null, at text not null, step text not null);
create index operation_steps_operation on operation_steps (operation_id);

-- What CMR holds, and how far the refresh of it is.
create table directory_entries (
  kind text not null, id ${ordered} not null, name text not null, spelled text not null,
  user_id text, domain text, status text, ends_at text, auto_renew integer, price_cents integer,
  quantity integer, subscription_id text, warmup_status text, began_at text, priced_at text,
  data text not null, seen_at text not null,
  constraint directory_entries_key primary key (kind, id)
);
create index directory_entries_name on directory_entries (kind, name);
create index directory_entries_user on directory_entries (kind, user_id, name);
create index directory_entries_domain on directory_entries (kind, domain);
create index directory_entries_status on directory_entries (kind, status, user_id);
create index directory_entries_end on directory_entries (kind, ends_at, user_id);
create index directory_entries_warmup on directory_entries (kind, warmup_status, subscription_id, domain);

create table wallet (
  id text primary key, balance_cents integer not null, currency text not null,
  seen_at text not null
);

create table directory_phrases (
  kind text not null, phrase ${ordered} not null, id text not null,
  constraint directory_phrases_key primary key (kind, phrase, id)
);

create table directory_tails (
  tail ${ordered} not null, word text not null,
  constraint directory_tails_key primary key (tail, word)
);

create table directory_changes (
  event_id text primary key, event text not null, kind text not null, id ${ordered} not null,
  entry text not null, since text not null, found_at text not null, price_before integer,
  fields text
);
create index directory_changes_found on directory_changes (found_at);

create table directory_passes (
  kind text primary key, started_at text not null, before_started_at text, cursor text,
  ended_at text, completed_at text, passes integer not null default 0,
  turns integer not null default 0, turns_before integer not null default 0, leased_by text,
  leased_until text
);

-- Who is a member, what people have begun to fill in, and what they did.
create table standings (
  slack_user_id text primary key, team_id text not null, standing text not null,
  seen_at text not null
);

create table drafts (
  id text primary key, author text, command text not null, draft_content text not null, input text,
  saved_at text not null, expires_at text not null
);
create index drafts_expired on drafts (expires_at);
create index drafts_author on drafts (author, command, saved_at);

create table policies (
  version bigint primary key, content text not null, changed_by text not null,
  changed_at text not null
);

create table audit (
  id bigint primary key, at text not null, actor text not null, door text, channel text,
  command text not null, arguments text not null, outcome text not null, detail text, reason text,
  action_id text, operation_id text, cents bigint, previous_hash text not null, hash text not null
);

create table audit_head (
  name text primary key, first_id bigint not null, first_hash text not null,
  last_id bigint not null, last_hash text not null, sealed_by text not null, seal text not null
);

create table approvals (
  id text primary key, requester text not null, team text not null, channel text, thread_ts text,
  command text not null, input text not null, cents bigint, question text not null, details text,
  why text not null, seal text not null, approvers integer not null, state text not null,
  approved_by text not null, refused_by text, outcome text, operation_id text,
  created_at text not null, expires_at text not null, running_at text, message_channel text,
  message_ts text, posting_at text, telling_at text, told_at text,
  version integer not null default 1, shown_version integer not null default 0
);
create index approvals_state on approvals (state, created_at);

-- CSV files that become many requests.
create table import_runs (
  id text primary key, import_id text not null, actor text not null, team text not null,
  channel text, file_id text not null, file_name text not null, state text not null, reason text,
  created_at text not null, ended_at text, setbacks integer not null, not_before text,
  leased_by text, leased_until text, message_channel text, message_ts text, posting_at text,
  version integer not null, shown_version integer not null, outcome_state text
);
create index import_runs_state on import_runs (state, created_at);

create table import_items (
  run_id text not null, position integer not null, input text not null, state text not null,
  operation_id text, attempts integer not null,
  constraint import_items_key primary key (run_id, position)
);
create index import_items_next on import_items (run_id, state, position);

create table import_rows (
  run_id text not null, number integer not null, position integer, columns text not null,
  state text not null, detail text, result_id text,
  constraint import_rows_key primary key (run_id, number)
);
create index import_rows_state on import_rows (run_id, state, number);
create index import_rows_item on import_rows (run_id, position);

-- App Home, digests and reminders.
create table home_visits (
  slack_user_id text primary key, visited_at text not null, shown text, shown_at text
);
create index home_visits_latest on home_visits (visited_at);

create table digests (
  channel text primary key, channel_name text not null, time text not null, zone text not null,
  weekdays text not null, weekly_on text, quiet integer not null, set_by text not null,
  set_at text not null, next_at text not null, tried_at text, leased_until text,
  covered_until text, error text
);

create table renewal_reminders (
  thing text not null, period text not null, threshold text not null, subject text not null,
  told_at text not null, settled_at text, progress text,
  constraint renewal_reminders_key primary key (thing, period, threshold)
);
create index renewal_reminders_open on renewal_reminders (subject) where settled_at is null;
`
}
