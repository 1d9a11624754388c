/** What people begin with before they say what they want. */
const before =
  /^(?:(?:(?:hey|hi|hello|yo|ok|okay|so)(?: (?:there|all|team|bot|guys|everyone))?|please|pls|plz|kindly|(?:can|could|would|will) (?:you|u))(?:[\s,!:]+|(?=$)))+/iu

/** What they end with: not where it is the value of a flag, and not within quotes. */
const behind =
  /(?<!--\S{1,60})(?<=[^\s,=])[\s,.!?–—-]+(?:please|pls|plz|thanks(?: a lot| so much| in advance)?|thank you(?: so much| very much)?|thx|ty|cheers|asap)[\s.!?:)]*$/iu

/** How a message that was forwarded ends: "Thanks,", and a name on the next line or two. */
const signature =
  /\n\s*(?:thanks|many thanks|thank you|thx|cheers|best|regards|(?:best|kind|warm) (?:regards|wishes)|sent from my \w+)\b[^\n]{0,40}(?:\n[^\n]{0,60}){0,3}$/iu

/** In the middle of a command only in small letters: a company may be called so. */
const inside = /(?<!--\S{1,60})(?<=\S)\s+(?:please|pls|plz)(?=\s)(?=(?:[^"“”]*["“”][^"“”]*["“”])*[^"“”]*$)/gu

/** Of a long text nothing is courtesy: it is pasted. */
const LONGEST = 2000

/** Returns what somebody wants without the words that only make it polite; nothing where those are all. */
export function withoutCourtesy(said: string): string {
  if (said.length > LONGEST) return said
  let text = said.trim().replace(before, '').replace(signature, '')
  for (let last = ''; last !== text; ) {
    last = text
    text = text.replace(behind, '').trim()
  }
  return text.replace(inside, '')
}
