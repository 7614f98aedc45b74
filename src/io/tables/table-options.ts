import type { DecimalMark } from '../../data/tables/table.js'

export interface ReadTableOptions {
  /** Whether the first line of a text file names the columns. Default: detected. */
  header?: boolean
  /** Expected column names: a first line of numbers is a header if and only if it holds them all. */
  names?: readonly string[]
  /** Separator of the cells of a text file, one character; a space stands for any run of blanks. Default: detected. */
  delimiter?: string
  /**
   * The decimal mark of a text file; the other mark, blanks and apostrophes may then separate groups of three digits.
   * Default: the point, without separators between digits.
   */
  decimal?: DecimalMark
  /** Prefix of the lines of a text file that are skipped. */
  comment?: string
  /** Further markers of missing cells, such as `-999` or `unknown`; numbers are compared as numbers, in all formats. */
  na?: readonly string[]
  /** Columns, by name or position from 1, that are returned as text, exactly as in the file; dates of Parquet and Arrow as 2016-04-12. */
  text?: readonly string[]
  /** Whether a column of mostly but not only numbers is refused (default), or returned as text with `mixed` set. */
  mixed?: 'refuse' | 'text'
  signal?: AbortSignal
}

/** Whether the option `text` names the column. */
export function isKeptAsText(name: string, index: number, names: readonly string[], text: readonly string[]): boolean {
  return text.some((wanted) => wanted === name || (wanted === String(index + 1) && !names.includes(wanted)))
}
