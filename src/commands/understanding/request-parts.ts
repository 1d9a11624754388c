import { platformNames } from '../../cmr/answers/exports.ts'

// Every word is read in one way only: two ways would take time that doubles with each word.
/** The name of a thing: an address, a domain, an id. */
export const THING = String.raw`(?=\S*[\d.@|])(\S+)`
/** Names of domains, with spaces, commas or "and" between them. */
export const DOMAINS = String.raw`((?=[^\s,]*\.)[^\s,]+(?:[\s,]+(?:(?:and|&amp;)[\s,]+)?(?=[^\s,]*\.)[^\s,]+)*)`
export const AUTO_RENEW = '(?:the )?auto[- ]?renew(?:al)?'
export const WARM_UP = '(?:the )?warm[- ]?ups?(?: of| for| on| to)?'
export const JOIN = '(?:of |for |on |to |from )?(?:the )?(?:domains? |mailbox(?:es)? )?'

export const ADDRESS = String.raw`(?=\S*@)(\S+)`
/** Of a mailbox: CMR tells the login of its workspace's admin only. */
export const LOGIN =
  '(?:(?:show|get|see|reset|forgot|what is|what’s) )?(?:me )?(?:the |my )?(?:mailbox(?:es)? )?(?:log-?ins?|passwords?|passwd|credentials?)'
export const LOOK = '(?:(?:list|show|see|get) )?(?:me )?(?:the |all |my )?'
export const ARE = '(?:that are |which are )?'
export const WAITING = '(?:waiting|pending|parked|unconfirmed|open)(?: to be processed)?'

export const PLATFORMS = Object.keys(platformNames).join('|')
/** Not how a period begins, so that it is a name. */
export const NO_PERIOD =
  '(?!(?:the )?(?:next|this|coming|today|tomorrow|weeks?|months?|jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|\\d))'
/** As people write it, with Slack's escapes. */
export const TO = '(?:to|→|[-=]+(?:>|&gt;))'
export const PERSON = '(<[@!][^>]+>)'
export const CHANNEL = '(<#[^>]+>|#\\S+)'

/** What leaves something out. */
export const EXCLUDING =
  '\\b(?:except|excluding|apart from|other than|(?:all|everything|everybody|any|every)(?: \\p{L}+){0,2}? but)\\b'

export const whole = (pattern: string) => new RegExp(`^(?:please )?(?:${pattern})$`, 'iu')
