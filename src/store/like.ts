import { type RawBuilder, sql } from 'kysely'

/** Outside text in a pattern: none of it stands for anything else. */
export function literal(text: string): string {
  return text.replace(/[%_\\]/g, '\\$&')
}

/** Returns whether a column, in lower case, is like a pattern, in which `%` stands for anything. */
export function isLike(column: string, pattern: string): RawBuilder<boolean> {
  return sql<boolean>`lower(${sql.ref(column)}) like ${pattern.toLowerCase()} escape '\\'`
}
