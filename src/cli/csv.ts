/** A line of CSV; texts are quoted where they must be, and null is empty. */
function formatLine(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) =>
      typeof cell === 'string' && /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : (cell ?? ''),
    )
    .join(',')
}

/** CSV with a line of names. */
export function formatCsv(names: readonly string[], lines: Iterable<readonly (string | number | null)[]>): string {
  const texts = [formatLine(names)]
  for (const line of lines) texts.push(formatLine(line))
  return `${texts.join('\n')}\n`
}

/** The shortest decimal that is read back as the same float32. */
export function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
