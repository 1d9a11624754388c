import { plainRequests } from './plain-requests.ts'
import {
  ADDRESS,
  ARE,
  AUTO_RENEW,
  CHANNEL,
  DOMAINS,
  JOIN,
  LOGIN,
  LOOK,
  NO_PERIOD,
  PERSON,
  PLATFORMS,
  THING,
  TO,
  WAITING,
  WARM_UP,
  whole,
} from './request-parts.ts'

const SEND = '(?:route|send|post)(?: me)?(?: the)?'

/**
 * What people ask for in words that are no noun and verb of ours, and the commands that it comes to: with several, they
 * choose. `$1` stands for what they named.
 * @example "turn off auto-renew for acme.com" // domains auto-renew acme.com off
 */
export const requests: readonly (readonly [asked: RegExp, ...lines: string[]])[] = [
  ...plainRequests,
  [
    whole(
      `why (?:is|are|does|do|did|has|have|can['’]?t|isn['’]?t|doesn['’]?t|won['’]?t) (?:the )?(?:e?-?mails? (?:from|of|on|at) )?${THING}(?: .+)?`,
    ),
    'diagnose $1',
  ],
  [whole('report (?:an? )?(?:problem|bug|issue|error)(?: to cmr)?'), 'errors send'],
  [whole('(?:is )?(?:cmr|the bot|slack|everything) (?:up|down|online|ok|okay|alive|reachable)'), 'status'],
  [whole('(?:set (?:a |the )?)?(?:team )?budget(?: (?:of|to))? (\\S.*)'), 'access budget $1'],
  [whole('(?:set (?:a |the )?)?limit (?:of |for )?(<@[^>]+>.*)'), 'access limit $1'],
  [
    whole(`${AUTO_RENEW} ${JOIN}${THING} (on|off)`),
    'domains auto-renew $1 $2',
    'subscriptions auto-renew $1 $2',
  ],
  [whole(`set[- ]?up (?:the )?(?:dns|mail)(?: records?)? (?:of |for |on )?${THING}`), 'dns set-up $1'],
  [whole(`(?:name ?servers?|ns) ${JOIN}${THING} (.+)`), 'dns nameservers $1 $2'],
  [
    whole('(?:check )?(?:domains? )?(?:availability|available) (?:of |for )?(?=[^\\s@]+\\.)([^\\s@]+)'),
    'domains available $1',
  ],
  [whole(`domains? check (?=[^\\s@]+\\.)([^\\s@]+)`), 'domains available $1', 'dns check $1'],
  [whole(`warm-?up (?:start|on|add) ${THING}`), 'warmup add $1'],
  [whole(`warm-?up ${THING} (?:start|on)`), 'warmup add $1'],
  [whole(`warm-?up ${THING} (?:off|stop|pause)`), 'warmup status $1 PAUSED', 'warmup remove $1'],
  [
    whole(`(?:turn|switch|set) ${AUTO_RENEW} (on|off) ${JOIN}${THING}`),
    'domains auto-renew $2 $1',
    'subscriptions auto-renew $2 $1',
  ],
  [
    whole(`(?:turn |switch |set )?(on|off) ${AUTO_RENEW} ${JOIN}${THING}`),
    'domains auto-renew $2 $1',
    'subscriptions auto-renew $2 $1',
  ],
  [
    whole(`${AUTO_RENEW} (on|off) ${JOIN}${THING}`),
    'domains auto-renew $2 $1',
    'subscriptions auto-renew $2 $1',
  ],
  [
    whole(`(?:disable|deactivate|stop|cancel|end) ${AUTO_RENEW} ${JOIN}${THING}`),
    'domains auto-renew $1 off',
    'subscriptions auto-renew $1 off',
  ],
  [
    whole(`(?:enable|activate|start) ${AUTO_RENEW} ${JOIN}${THING}`),
    'domains auto-renew $1 on',
    'subscriptions auto-renew $1 on',
  ],
  [
    whole(
      `(?:grant|give|make) ${PERSON} (?:the role )?(?:of )?(?:an? )?(\\p{L}+)(?: role| rights?)?(?:,? ((?:until|till|for) .+))?`,
    ),
    'access grant $1 $2 $3',
  ],
  [whole('alerts? (?:route|send|post) (.+)'), 'alerts add $1'],
  [
    whole(
      `(?:send|post|route) (?:me )?(?:the |all )?(\\S+?)(?: events?| alerts?)? (?:to|in|into) (?:the channel )?${CHANNEL}`,
    ),
    'alerts add $1 --channel $2',
  ],
  [
    whole(`(?:set|change|update) (?:the )?nameservers? ${JOIN}${THING} (?:to )?(.+)`),
    'dns nameservers $1 $2',
  ],
  [
    whole(`(?:forward|redirect) (?:e?-?mails? )?${JOIN}${THING} ${TO} (\\S*@\\S+)`),
    'domains forward-email $1 $2',
  ],
  [whole(`(?:forward|redirect) ${JOIN}${THING} ${TO} (\\S+)`), 'domains forward $1 $2'],
  [whole(`(?:start|begin) ${WARM_UP} ${THING}`), 'warmup add $1'],
  [whole(`warm[- ]?up (?:the )?${THING}`), 'warmup add $1'],
  [whole(`(?:stop|end) ${WARM_UP} ${THING}`), 'warmup status $1 PAUSED', 'warmup remove $1'],
  [whole(`(?:pause ${WARM_UP}|warm-?up pause) ${THING}`), 'warmup status $1 PAUSED'],
  [whole(`(?:(?:resume|unpause|continue) ${WARM_UP}|warm-?up resume) ${THING}`), 'warmup status $1 ACTIVE'],
  [whole(`mute ${JOIN}${THING}`), 'alerts mute $1'],
  [whole(`mute ${JOIN}${THING} (?:for |until )?(.+)`), 'alerts mute $1 "$2"'],
  [whole('(?:mute|silence) (?:everything|all)(?: the)?(?: alerts)?'), 'alerts list'],
  // Whatever is no event is refused by the command, rather than left out: it would send more than was asked for.
  [whole(`(?:alerts? )?${SEND} (.+?) (?:to|in|into) ${CHANNEL}`), 'alerts add "$1" --channel $2'],
  [whole(`(?:alerts? )?${SEND} (.+?) (?:to|in|into) ${CHANNEL} (.+)`), 'alerts add "$1 $3" --channel $2'],
  [
    whole(`(?:notify|alert|tell|ping) ${CHANNEL} (?:about|of|on|when|if) (.+)`),
    'alerts add "$2" --channel $1',
  ],
  [whole('approve|(?:what|who) (?:needs|waits for) (?:my |an )?approval'), 'approvals list'],
  [whole('who am i'), 'access list'],
  [whole('what can (?:i|you) do'), 'help'],
  [whole('(?:top[- ]?up|recharge|refill)(?: (?:the|our|my))?(?: wallet| account| balance)?'), 'wallet'],
  [whole(`is ${THING} (?:ok(?:ay)?|fine|working|healthy|sending|up|alive|down|broken)`), 'diagnose $1'],
  [
    whole(
      `(?:renewals?|forecast|upcoming|what (?:renews|expires|ends|is due)) (?:of|for|at) ${NO_PERIOD}(.+)`,
    ),
    'renewals list --customer "$1"',
  ],
  [
    whole('(?:suggest|propose|find) (?:me )?(?:some |new |free )*(?:domains?|names?) (?:for|like|with) (.+)'),
    'domains suggest "$1"',
  ],
  [
    whole(`(?:check )?(?:the )?(?:mx|spf|dkim|dmarc|nameservers?)(?: records?)? ${JOIN}${THING}`),
    'dns check $1',
  ],
  [whole(`(?:run )?(?:an? )?(?:inbox )?placement tests?(?: ${JOIN}${THING})?`), 'placement run $1'],
  [whole('how many mailboxes.*'), 'mailboxes all'],
  [whole('how many (?:customers|clients).*'), 'users list'],
  [whole('how many subscriptions.*'), 'subscriptions list'],
  [whole(`log ?in (?:as|to) ${THING}`), 'mailboxes admin $1'],
  [whole(`(?:${LOGIN} ${JOIN}${ADDRESS}|${LOOK}${ADDRESS} ${LOGIN})`), 'mailboxes admin $1$2'],
  [
    whole(
      `(?:${LOGIN} ${JOIN}(?=[^\\s@]*\\.)([^\\s@]+)|${LOOK}mailbox(?:es)? (?:log-?ins?|passwords?|credentials))`,
    ),
    'mailboxes admin',
  ],
  [whole(`(?:add|create|new) (?:an? )?(?:new )?dns records?(?: ${JOIN}${THING})?`), 'dns add $1'],
  [
    whole(
      '(?:list |show )?(?:me )?(?:the |all |my )?(?:domains |subscriptions |mailboxes )?(?:that )?(?:expir|renew|end)ing(?: soon| domains| subscriptions)?',
    ),
    'renewals',
  ],
  [whole(`(?:is |are )?${THING} (?:still )?(?:available|free|taken)`), 'domains available $1'],
  [
    whole(`(?:what (?:is|does) )?(?:the )?(?:price|cost)s? (?:of|for) ${THING}`),
    'domains available $1',
    'domains renewal-price $1',
  ],
  [whole(`how much (?:is|does) ${THING}(?: cost)?`), 'domains available $1', 'domains renewal-price $1'],
  [whole(`(?:re-?)?export (?:the )?(?:mailboxes )?${JOIN}${THING}(?: to \\S+)?`), 'exports send --domain $1'],
  [
    whole(`(?:(?:re-?)?export|move|push) (?:the )?(?:mailboxes )?(?:of |from )?(.+) to (?:${PLATFORMS})`),
    'exports send --customer "$1"',
  ],
  [
    whole(`${LOOK}(?:subscriptions )?${ARE}(?:past[ _-]?due|unpaid|overdue)(?: subscriptions)?`),
    'subscriptions list --status PAST_DUE',
  ],
  [
    whole(`${LOOK}subscriptions ${ARE}cancell?ed|${LOOK}cancell?ed subscriptions`),
    'subscriptions list --status CANCELLED',
  ],
  [
    whole(`${LOOK}subscriptions ${ARE}expired|${LOOK}expired subscriptions`),
    'subscriptions list --status EXPIRED',
  ],
  [whole(`${LOOK}orders? ${ARE}${WAITING}|${LOOK}${WAITING} orders?`), 'orders list'],
  [whole(`${LOOK}orders? ${ARE}${WAITING} ${JOIN}(.+)`), 'orders list "$1"'],
  [whole(`what(?: is|s|’s)? (?:${WAITING}|waits)`), 'operations list'],
  [whole(`${LOOK}orders? ${JOIN}(\\S+@\\S+)`), 'orders list $1'],
  [whole(`${LOOK}(?:all (?:the )?)mailboxes`), 'mailboxes all'],
  [whole(`${LOOK}mailboxes ${JOIN}(?=[^\\s@]*\\.)([^\\s@]+)`), 'mailboxes list --domain $1'],
  [whole(`${LOOK}(?:dns )?records? ${JOIN}${THING}`), 'dns list $1'],
  [whole(`${LOOK}operations all|${LOOK}all operations`), 'operations list --all yes'],
  [
    whole(`${LOOK}pre-?warm(?:ed)?(?: domains)? ${JOIN}(google|microsoft)`),
    'prewarm list --serviceProvider $1',
  ],
  [whole('events? (?:of |from )?(today|yesterday)'), 'events list --since $1'],
  [whole('events? since (.+)'), 'events list --since "$1"'],
  [
    whole(`(?:add|set up|create) (?:an? |the )?(?:mx|spf|dkim|dmarc)(?: records?)? ${JOIN}${THING}`),
    'dns check $1',
  ],
  [
    whole(`(?:buy|order|register) (?:the )?(?:domains? )?${DOMAINS}(?:[\\s,]+for (.+))?`),
    'orders create $2 --domains "$1"',
  ],
  [
    whole(`(?:add|create|new) (?:the |an? )?(?:new )?domains? ${DOMAINS}(?:[\\s,]+(?:for|to) (.+))?`),
    'orders create $2 --domains "$1"',
  ],
]
