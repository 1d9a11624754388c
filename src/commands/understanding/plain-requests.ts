import {
  ADDRESS,
  ARE,
  CHANNEL,
  DOMAINS,
  EXCLUDING,
  JOIN,
  LOOK,
  PERSON,
  THING,
  WAITING,
  whole,
} from './request-parts.ts'

const EXPIRING = '(?:that (?:are )?)?(?:expir|renew|end)(?:ing|s|e)?(?: soon)?'

const statuses = [
  ['active', 'ACTIVE'],
  ['(?:past[ _-]?due|unpaid|overdue)', 'PAST_DUE'],
  ['cancell?ed', 'CANCELLED'],
  ['expired', 'EXPIRED'],
] as const

const REMOVE = '(?:remove|delete|drop|kick|clear|unset|lift|take|revoke|strip|demote)'
const LIMITS = '(?:spend(?:ing)? )?limits?'
const ROLE = '(viewer|operator|finance|admin)s?'

/** What is taken from a person. Nothing of it is a customer, whatever else is said. */
const ofPeople = [
  [
    whole(
      `${REMOVE} (?:(?:the |all |any )*${LIMITS} (?:of |for |from |on )?${PERSON}|${PERSON}(?:['’]s)? ${LIMITS})`,
    ),
    'access limit $1$2 --operation none --day none --month none',
  ],
  [
    whole(
      `(?:remove|delete|kick|revoke) ${PERSON}|${REMOVE} (?:(?:the |all |any )*(?:roles?|rights?|access) (?:of |from )${PERSON}|${PERSON}(?:['’]s)? (?:roles?|rights?|access))`,
    ),
    'access revoke $1$2$3',
  ],
  [
    whole(`${REMOVE} (?:the )?(?:role )?${ROLE}(?: roles?| rights?)? (?:of |from )${PERSON}`),
    'access revoke $2 $1',
  ],
  [
    whole(`${REMOVE} ${PERSON} (?:(?:from|as|of) )?(?:the |an? )?(?:role )?${ROLE}(?: roles?| rights?)?`),
    'access revoke $1 $2',
  ],
  [
    whole(`${REMOVE} (?:[^\\s.@<#]+ )*${PERSON}(?: [^\\s.@<#]+)*`),
    'access revoke $1',
    'access limit $1',
    'access list $1',
  ],
] as const

/**
 * What people ask for in whole sentences that hold a word which alone would mean something else: "past due subscriptions
 * of Acme" is no forecast. They are looked at before the others.
 */
export const plainRequests: readonly (readonly [asked: RegExp, ...lines: string[]])[] = [
  [whole('(renewals|forecast) (?:as )?(?:csv|excel|spreadsheet) (.+)'), '$1 $2 --csv yes'],
  [
    whole(
      `(?:e?-?mails?|mail) (?:from|of|on|at) ${THING} (?:.* )?(?:spam|junk|bounc\\w+|(?:not|never|n['’]t) .+|blocked|rejected)`,
    ),
    'diagnose $1',
  ],
  [
    whole(`${THING} (?:is|are) (?:down|broken|stuck|blocked|failing|(?:not|no longer) (?:sending|working))`),
    'diagnose $1',
  ],
  [
    whole(`is (?:the )?(?:mx|spf|dkim|dmarc|dns) (?:ok(?:ay)?|fine|right|set|there) ${JOIN}${THING}`),
    'dns check $1',
  ],
  [whole(`alerts? (?:of |for |about |on )?(?=[^\\s#<]*\\.[a-z])([^\\s#<*]+)`), 'events list --about $1'],
  [whole(`who (?:\\w+ )(?:the )?(?:\\w+ (?:of|for|from|on|to) )?${THING}`), 'audit list $1'],
  ...statuses.map(
    ([asked, status]) =>
      [
        whole(`${LOOK}${asked} subscriptions (?:of|for|from|at) (.+)`),
        `subscriptions list --status ${status} --customer "$1"`,
      ] as const,
  ),
  [
    whole(`${LOOK}(?:domains|subscriptions) (?:of|for|from|at) (.+?) ${EXPIRING}`),
    'renewals list --customer "$1"',
  ],
  [whole(`${LOOK}approvals? ${ARE}${WAITING}|${LOOK}${WAITING} approvals?`), 'approvals list'],
  [
    whole(
      '(?!.* to pay)how much (?:did|have|has|was|were) .*(?:spen[dt]|pay|paid|cost|charged?|billed)(?: .+)?|(?:what|where) did .*(?:spend|pay)(?: .+)?',
    ),
    'wallet',
  ],
  [whole('approve (?:the )?(?:request )?([0-9a-f]{8})'), 'approvals approve $1'],
  [
    whole('how much (?:do|does|will|is|are) .*(?:spend|pay|cost|renew|due|owe)\\w* (?:in |on )?(.+)'),
    'renewals list "$1"',
  ],
  [
    whole(
      `renew (?!.*(?:${EXCLUDING}|\\b(?:not|without)\\b))(?:all|everything)(?: (?:due|that (?:is due|ends|expires)))?(?: .+)?`,
    ),
    'renewals renew',
  ],
  [
    whole(`(?:buy|order|register) (?:the )?(?:domains? )?${DOMAINS} for (\\d{1,2}) years?`),
    'orders create --domains "$1" --years $2',
  ],
  ...ofPeople,
  [whole(`(?:set (?:a |the )?)?limit (?:of |for )?${PERSON} (?:to |at )?(\\S.*)`), 'access limit $1 $2'],
  [whole(`what (?:can|may) ${PERSON} do`), 'access list $1'],
  [
    whole('freeze (?:off|end|ended|stop|over)|(?:end|lift|stop|undo|remove|cancel) (?:the )?freeze'),
    'unfreeze',
  ],
  [whole('freeze (?:on|now)'), 'freeze'],
  [whole('(?:stop|freeze|halt|block) (?:all |any |the )*(?:spending|charges|orders|payments)'), 'freeze'],
  [
    whole(
      `(?:send|post|route) (?:me )?(?:all|every|everything)(?: the)?(?: alerts?| events?)? (?:to|in|into) ${CHANNEL}`,
    ),
    'alerts add all --channel $1',
  ],
  [whole(`re-?export (?:the )?(?:mailbox )?${ADDRESS}`), 'mailboxes reexport $1'],
  [whole(`warm-?up status (?:of|for) ${ADDRESS}`), 'mailboxes get $1'],
]
