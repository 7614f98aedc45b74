/** A column of numbers. A missing cell is NaN, and no other cell is. */
export interface NumberColumn {
  kind: 'number'
  name: string
  values: Float64Array
  /** Missing cells. */
  missing: number
  /** Whether the file names its columns but not this one. */
  unnamed?: true
  /** The first integer that float64 cannot hold, as the file has it; absent where there is none. */
  rounded?: OddCell
}

/** A column that holds something else than numbers. A missing cell is the empty string. */
export interface TextColumn {
  kind: 'text'
  name: string
  values: string[]
  missing: number
  unnamed?: true
  /** The first cell that is no number; null where the file itself says that the column is text. */
  firstText: OddCell | null
  /** Where most cells are numbers: the first that cannot be taken for one as it is written. */
  mixed?: MixedCell
}

/** A column of lists, structures or bytes: named, but not read. */
export interface OtherColumn {
  kind: 'other'
  name: string
  unnamed?: true
  /** What it holds, in words. */
  type: string
}

export interface OddCell {
  value: string
  row: number
}

export interface MixedCell extends OddCell {
  /** What the option `decimal` makes of the cell. */
  readings: { decimal: DecimalMark; value: number }[]
}

export type DecimalMark = '.' | ','
export type TableColumn = NumberColumn | TextColumn | OtherColumn

/** Named columns of equal length, as `readTable` returns them. */
export interface Table {
  format: 'csv' | 'tsv' | 'npy' | 'parquet' | 'arrow'
  rows: number
  columns: TableColumn[]
  /** Whether the file names its columns; otherwise they are called `column 1`, `column 2`, … */
  named: boolean
  /** The cells of a first line that could be names as well as a row; `named` tells what was taken. Null elsewhere. */
  doubtfulHeader: string[] | null
  /** The column that the file itself declares to be the class of each row (scikit-learn's CSV files do), or null. */
  label: string | null
  /** The classes that such a file names, in the order of their integers. */
  classes: string[]
  /** The line of each row in a text file, from 1; null for other files. */
  lines: Uint32Array | null
}

export interface ReadTableOptions {
  /** Whether the first line of a text file names the columns. Left out, it is found out. */
  header?: boolean
  /** Names that the table should have: a first line of numbers is a header when it holds them all, and only then. */
  names?: readonly string[]
  /** What separates the cells of a text file, one character; a space stands for any run of blanks. Left out, it is found. */
  delimiter?: string
  /**
   * The decimal mark of a text file; the other mark, blanks and apostrophes may then stand between groups of three digits.
   * Left out, it is the point, and nothing stands between digits.
   */
  decimal?: DecimalMark
  /** Lines of a text file that begin with this text are skipped. */
  comment?: string
  /** Further cells that count as missing, as `-999` or `unknown`; numbers are compared as numbers, in all formats. */
  na?: readonly string[]
  /** Columns, by name or position from 1, that are given as text, with every character that the file has. */
  text?: readonly string[]
  /** Whether a column of mostly numbers that has other cells as well is refused, or given as text with `mixed` set. */
  mixed?: 'refuse' | 'text'
  signal?: AbortSignal
}

/** `column 3` is what the third column of a file without names is called. */
export function unnamedColumn(index: number): string {
  return `column ${index + 1}`
}

/** Whether the option `text` names the column. */
export function isKeptAsText(name: string, index: number, names: readonly string[], text: readonly string[]): boolean {
  return text.some((wanted) => wanted === name || (wanted === String(index + 1) && !names.includes(wanted)))
}
