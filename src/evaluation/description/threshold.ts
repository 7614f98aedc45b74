/**
 * A number with few digits that separates two values: in the middle half of the gap between them, or, of integers that
 * follow one another, the lower one. Values of at most `low` are on its lower side, those of at least `high` above.
 */
export function thresholdBetween(low: number, high: number): number {
  const middle = low + (high - low) / 2
  if (Number.isInteger(low) && Number.isInteger(high)) {
    if (high - low < 4) return Math.floor(middle)
  }
  const quarter = (high - low) / 4
  const [from, to] = [low + quarter, high - quarter]
  if (from <= 0 && to >= 0) return 0
  for (let digits = 1; digits <= 17; digits++) {
    const short = Number(middle.toPrecision(digits))
    if (short >= from && short <= to && short >= low && short < high) return short
  }
  return low
}
