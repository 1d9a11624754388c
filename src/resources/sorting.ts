/** Returns below 0 where the first of two rows stands before the second. */
export type RowOrder<Row> = (a: Row, b: Row) => number

/** "domain2.com" stands before "domain10.com", and "Äcme" among those with A. */
const { compare } = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Orders rows by a name; those without one come last. */
export function byName<Row>(nameOf: (row: Row) => string | undefined): RowOrder<Row> {
  return (a, b) => {
    const [one, other] = [nameOf(a), nameOf(b)]
    if (!one || !other) return Number(!one) - Number(!other)
    return compare(one, other)
  }
}

/** Orders rows by a moment, the earliest first; those without one come last. */
export function byTime<Row>(timeOf: (row: Row) => string | undefined): RowOrder<Row> {
  const millisecondsOf = (row: Row) => {
    const parsed = Date.parse(timeOf(row) ?? '')
    return Number.isNaN(parsed) ? Number.POSITIVE_INFINITY : parsed
  }
  return byNumber(millisecondsOf)
}

/** Orders rows by a number, the smallest first. */
export function byNumber<Row>(numberOf: (row: Row) => number): RowOrder<Row> {
  return (a, b) => {
    const [one, other] = [numberOf(a), numberOf(b)]
    return one === other ? 0 : one - other
  }
}

/** Orders rows by the first of these that tells two of them apart. */
export function inOrder<Row>(...orders: readonly RowOrder<Row>[]): RowOrder<Row> {
  return (a, b) => {
    for (const order of orders) {
      const told = order(a, b)
      if (told !== 0) return told
    }
    return 0
  }
}
