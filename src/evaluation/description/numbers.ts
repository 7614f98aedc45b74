/** Two numbers with at least three significant digits, and as many as it takes to tell them apart. */
export function formatNumbers(a: number, b: number): [string, string] {
  const size = Math.max(Math.abs(a), Math.abs(b))
  const digits = a === b ? 3 : Math.ceil(Math.log10(size / Math.abs(a - b))) + 2
  const most = Math.min(15, Math.max(3, Number.isFinite(digits) ? digits : 3))
  return [formatNumber(a, most), formatNumber(b, most)]
}

function formatNumber(value: number, digits: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return value.toExponential(Math.min(digits - 1, 6))
  return new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value)
}

/** A share in per cent: `0.4 %`, `38 %`. 0 and 100 only where it is that. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return 'under 0.1 %'
  if (share < 1 && share > 0.9995) return 'over 99.9 %'
  const percent = 100 * share
  const isInner = share > 0.1 && share < 0.995
  return `${isInner ? percent.toFixed(0) : String(Number(percent.toFixed(1)))} %`
}
