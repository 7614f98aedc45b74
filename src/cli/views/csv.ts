import type { IdColumn } from '../tables/find-columns.js'

/**
 * A line of CSV; texts that a reader could misread are quoted, and null is empty. Blanks at the ends belong to a cell,
 * but some readers trim them unless they are quoted.
 */
function formatLine(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) =>
      typeof cell === 'string' && /[",;\t|\r\n\u2028\u2029\ufeff]|^\s|\s$|^[#'%]|^sep=/i.test(cell)
        ? `"${cell.replaceAll('"', '""')}"`
        : (cell ?? ''),
    )
    .join(',')
}

/** CSV with a header of names, which are made distinct. */
export function formatCsv(names: readonly string[], lines: Iterable<readonly (string | number | null)[]>): string {
  const texts = [formatLine(distinctNames(names))]
  for (const line of lines) texts.push(formatLine(line))
  return `${texts.join('\n')}\n`
}

/** Makes names distinct (`a`, `a (2)`): readers that look up cells by name lose one of two columns of the same name. */
function distinctNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map((name) => {
    let distinct = name
    for (let count = 2; taken.has(distinct); count++) distinct = `${name} (${count})`
    taken.add(distinct)
    return distinct
  })
}

/** CSV with a line for every row of a table, from 1: its number, its identifiers, and `lineOf` it, empty where null. */
export function formatRows(
  names: readonly string[],
  ids: readonly IdColumn[],
  total: number,
  lineOf: (row: number) => readonly (string | number)[] | null,
): string {
  const empty = names.map(() => null)
  function* lines() {
    for (let row = 0; row < total; row++) {
      yield [row + 1, ...ids.map(({ values }) => values[row]), ...(lineOf(row) ?? empty)]
    }
  }
  const [row, ...rest] = distinctNames(['row', ...names, ...ids.map(({ name }) => name)])
  return formatCsv([row, ...rest.slice(names.length), ...rest.slice(0, names.length)], lines())
}

/** The shortest decimal number that reads back as the same float32. */
export function shortFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
