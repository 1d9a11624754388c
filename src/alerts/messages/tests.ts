/** What a button of a test alert answers; plain text. */
export const testSentence =
  'This is a test alert, so nothing was done. On a real alert this button does what it says.'
