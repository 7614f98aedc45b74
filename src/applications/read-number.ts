/** Digits in groups, such as −12,345.60. */
const GROUPED = /^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$/

/** A number as written, also with commas between groups of digits; NaN for any other text, also the empty one. */
export function readNumber(text: string): { value: number; isGrouped: boolean } {
  if (text === '') return { value: Number.NaN, isGrouped: false }
  const isGrouped = GROUPED.test(text)
  return { value: Number(isGrouped ? text.replaceAll(',', '') : text), isGrouped }
}
