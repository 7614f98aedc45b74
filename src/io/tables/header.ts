import type { CellReader } from './cell-reader.js'
import type { GrowingColumn } from './growing-column.js'

/**
 * Evidence that the first line follows a progression because it is a header: if it were a row like the others, it would
 * be the only one of n rows with probability 1/n, and one of m with probability m/n. The minimum of n, and the maximum
 * of m/n.
 */
const MANY_ROWS = 20
const RARE = 1 / 100
/** Maximum share of other rows that follow the progression where the first line lies outside their range. */
const FEW = 1 / 20

export interface Header {
  named: boolean
  /** Whether the opposite decision would be plausible too. */
  isDoubtful: boolean
}

/** The progressions of numeric names from left to right that are recognized. */
type Progression = 'count' | 'years' | 'even' | 'ratio' | 'rising'

/**
 * Decides whether the first line of a text file names the columns, from the columns below it. It does in these cases:
 * - It has text above a column without text, or an empty cell above a first column that numbers the rows.
 * - It has numbers, possibly with text above text; the numbers form a progression (0, 1, 2; 400.5, 401, 401.5; 4000,
 *   3998, 3996; 1, 10, 100; five or more may rise or fall in any way); and either they are integers and no number below
 *   is, or among many rows none or hardly any other follows the progression, or all lie outside the range of their
 *   columns, or one is above text without numbers.
 * - It has only text, above text.
 */
export class HeaderRule {
  readonly #kinds
  readonly #numbers: number[]
  readonly #progression: Progression | null
  #rows = 0
  #alike = 0

  constructor(
    readonly cells: readonly string[],
    readonly reader: CellReader,
    readonly names: readonly string[] | undefined,
  ) {
    this.#kinds = cells.map((cell) => {
      const kind = reader.kind(cell)
      return kind === 'text' && !/[\p{L}\p{N}#№]/u.test(cell) ? 'mark' : kind
    })
    this.#numbers = this.#numbersIn(cells)
    this.#progression = progressionOf(this.#numbers)
  }

  #numbersIn(cells: readonly string[]): number[] {
    return cells.filter((_, column) => this.#kinds[column] === 'number').map((cell) => this.reader.number(cell))
  }

  /** Takes note of a row below the first line. */
  look(cells: readonly string[]): void {
    this.#rows++
    if (this.#progression && goesOnAs(this.#progression, this.#numbers, this.#numbersIn(cells))) this.#alike++
  }

  decide(columns: readonly GrowingColumn[]): Header {
    const trimmed = this.cells.map((cell) => cell.trim())
    if (this.names && this.names.length > 0 && this.names.every((name) => trimmed.includes(name))) return sure(true)
    const texts = columns.filter((_, column) => this.#kinds[column] === 'text' || this.#kinds[column] === 'boolean')
    const hasNumbers = this.#numbers.length > 0
    if (this.#rows === 0) return sure(texts.length > 0 && !hasNumbers)
    const isName = (column: GrowingColumn) =>
      column.kind !== 'text' && (column.kind !== 'boolean' || this.reader.kind(column.first) !== 'boolean')
    if (texts.some(isName)) return { named: true, isDoubtful: hasNumbers && this.#progression === null }
    if (texts.length > 0 && !hasNumbers) return sure(true)
    if (texts.some(({ firstRecurs }) => firstRecurs)) return sure(false)
    const others = columns.filter(
      (column, at) => !['number', 'text', 'boolean'].includes(this.#kinds[at]) && column.kind !== 'empty',
    )
    const isIndex =
      others.length === 1 && others[0] === columns[0] && trimmed[0] === '' && columns[0].counts.missing === 0
    if (isIndex && columns[0].countsRows) return sure(true)
    if ((others.length > 0 && !isIndex) || this.names) return sure(false)
    return this.#decideNumbers(columns, isIndex || texts.length > 0)
  }

  #decideNumbers(columns: readonly GrowingColumn[], besideText: boolean): Header {
    const count = this.#numbers.length
    const below = columns.filter((_, column) => this.#kinds[column] === 'number')
    const areWholeAbove =
      this.#numbers.every(Number.isInteger) && below.every(({ kind, hasInteger }) => kind === 'number' && !hasInteger)
    const areDistinct = new Set(this.#numbers).size === count
    if (!this.#progression) return { named: false, isDoubtful: besideText || (areWholeAbove && areDistinct) }
    const areOutside = below.every(({ least, most }, at) => this.#numbers[at] < least || this.#numbers[at] > most)
    const all = this.#rows + 1
    const isRare = this.#alike === 0 ? all >= MANY_ROWS : (this.#alike + 1) / all <= RARE
    const isOutside = areOutside && this.#alike <= FEW * this.#rows
    let named: boolean
    // A number above a column without numbers.
    if (below.some(({ kind, counts }) => kind === 'text' && counts.number === 0)) named = true
    else if (besideText || this.#progression === 'years') named = isOutside || (areWholeAbove && this.#alike === 0)
    else if (count >= 3) named = areWholeAbove || isRare || isOutside
    else named = areWholeAbove && isRare
    return { named, isDoubtful: true }
  }
}

const sure = (named: boolean): Header => ({ named, isDoubtful: false })

function progressionOf(numbers: readonly number[]): Progression | null {
  const count = numbers.length
  if (numbers.length === 0 || !numbers.every(Number.isFinite)) return null
  if (count > 1 && numbers.every((value, at) => value === numbers[0] + at) && numbers[0] >= 0 && numbers[0] <= 1) {
    return 'count'
  }
  const isYear = (value: number) => Number.isInteger(value) && value >= 1800 && value <= 2100
  if (numbers.every(isYear) && isMonotone(numbers)) return 'years'
  if (count >= 3 && isEven(numbers)) return 'even'
  if (count >= 3 && numbers[0] > 0 && isEven(numbers.map(Math.log))) return 'ratio'
  return count >= 5 && isMonotone(numbers) ? 'rising' : null
}

/** Whether a row follows the progression of the first line. */
function goesOnAs(progression: Progression, first: readonly number[], numbers: readonly number[]): boolean {
  if (numbers.some((value) => !Number.isFinite(value))) return false
  switch (progression) {
    case 'count':
      return numbers.every((value, at) => at === 0 || Math.abs(value - numbers[at - 1] - 1) < 1e-9)
    case 'years':
    case 'rising':
      return progressionOf(numbers) === 'years' || (progression === 'rising' && isMonotone(numbers))
    case 'even':
      return isEven(numbers) && numbers.length === first.length
    case 'ratio':
      return numbers.every((value) => value > 0) && isEven(numbers.map(Math.log))
  }
}

/** Whether all steps are equal, up to the rounding of decimals, and not 0. */
function isEven(numbers: readonly number[]): boolean {
  const step = (numbers[numbers.length - 1] - numbers[0]) / (numbers.length - 1)
  return step !== 0 && numbers.every((value, at) => Math.abs(value - numbers[0] - at * step) <= 1e-3 * Math.abs(step))
}

function isMonotone(numbers: readonly number[]): boolean {
  const sign = Math.sign(numbers[numbers.length - 1] - numbers[0])
  return numbers.every((value, at) => at === 0 || Math.sign(value - numbers[at - 1]) === (sign || 1))
}
