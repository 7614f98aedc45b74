/** A column of numbers. A missing cell is NaN, and no other cell is. */
export interface NumberColumn {
  kind: 'number'
  name: string
  values: Float64Array
  /** Missing cells. */
  missing: number
}

/** A column that holds something else than numbers. A missing cell is the empty string. */
export interface TextColumn {
  kind: 'text'
  name: string
  values: string[]
  missing: number
  /** The first cell that is no number; null where the file itself says that the column is text. */
  firstText: { value: string; row: number } | null
}

/** A column of lists, structures or bytes: named, but not read. */
export interface OtherColumn {
  kind: 'other'
  name: string
  /** What it holds, in words. */
  type: string
}

export type TableColumn = NumberColumn | TextColumn | OtherColumn

/** Named columns of equal length, as `readTable` returns them. */
export interface Table {
  format: 'csv' | 'tsv' | 'npy' | 'parquet' | 'arrow'
  rows: number
  columns: TableColumn[]
  /** Whether the file names its columns; otherwise they are called `column 1`, `column 2`, … */
  named: boolean
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
  signal?: AbortSignal
}

/** `column 3` is what the third column of a file without names is called. */
export function unnamedColumn(index: number): string {
  return `column ${index + 1}`
}
