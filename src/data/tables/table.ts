/** A column of numbers. Missing cells, and only they, are NaN. */
export interface NumberColumn {
  kind: 'number'
  name: string
  values: Float64Array
  /** Number of missing cells. */
  missing: number
  /** Set where the file names its columns but not this one. */
  unnamed?: true
  /** The first integer that float64 cannot represent, as written in the file; absent where there is none. */
  rounded?: OddCell
}

/** A column of text. Missing cells are empty strings. */
export interface TextColumn {
  kind: 'text'
  name: string
  values: string[]
  missing: number
  unnamed?: true
  /** The first cell that is not a number; null where the file itself declares the column as text. */
  firstText: OddCell | null
  /** The first cell that cannot be read as a number, in a column of mostly numbers; absent in others. */
  mixed?: MixedCell
}

/** A column of lists, structures or bytes, whose cells are not read. */
export interface OtherColumn {
  kind: 'other'
  name: string
  unnamed?: true
  /** Description of the cells, such as 'times'. */
  type: string
}

export interface OddCell {
  value: string
  row: number
}

export interface MixedCell extends OddCell {
  /** The numbers that the cell can be read as, by the option `decimal`. */
  readings: { decimal: DecimalMark; value: number }[]
}

export type DecimalMark = '.' | ','
export type TableColumn = NumberColumn | TextColumn | OtherColumn

/** Named columns of equal length, as `readTable` returns them. */
export interface Table {
  format: 'csv' | 'tsv' | 'npy' | 'parquet' | 'arrow'
  rows: number
  columns: TableColumn[]
  /** Whether the file names its columns; otherwise their names are `column 1`, `column 2`, … */
  named: boolean
  /** The cells of a first line that could be a header or a row (`named` tells which was assumed); otherwise null. */
  doubtfulHeader: string[] | null
  /** The column that the file declares to be the class of each row, as scikit-learn's CSV files do, or null. */
  label: string | null
  /** The names of those classes, in the order of their integers. */
  classes: string[]
  /** The line number of each row in a text file, from 1; null for other files. */
  lines: Uint32Array | null
}

/** The name of a column in a file without names: `column 3` for the third. */
export function unnamedColumn(index: number): string {
  return `column ${index + 1}`
}
