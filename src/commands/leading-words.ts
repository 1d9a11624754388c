/**
 * Returns how many of the words, from the first on, are together what is looked for, as many as can be; 0 where none are.
 * @param most words that are looked at, for a long text asks this of each of its words
 * @example leadingWords(['next', 'week', 'acme.com'], 6, isPeriod) // 2
 */
export function leadingWords(
  words: readonly string[],
  most: number,
  isMeant: (text: string) => boolean,
): number {
  for (let count = Math.min(most, words.length); count > 0; count--)
    if (isMeant(words.slice(0, count).join(' '))) return count
  return 0
}
