const mark = /[-*•·–—]|\(?\d{1,3}[.)]/.source
const wholeWord = new RegExp(`^(?:${mark})$`)
const beginsLine = new RegExp(`^[ \\t]*(?:${mark})[ \\t]+`, 'gm')

/** Returns whether a word is a bullet or a number, as it stands before the lines of a pasted list. */
export function isListMark(word: string): boolean {
  return wholeWord.test(word)
}

/** A list as it was pasted, without what numbers or marks its lines: "1. Jane Doe", "• Jane Doe". */
export function withoutListMarks(text: string): string {
  return text.replaceAll(beginsLine, '')
}
