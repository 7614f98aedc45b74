import type { Command } from 'commander'
import { type DecimalMark, LloydError, type ReadTableOptions, type TablePointsOptions } from 'lloyd'
import { READ_TABLE_HELP } from '../../options/help/io.js'
import { TABLE_POINTS_HELP } from '../../options/help/tables.js'
import { READ_TABLE } from '../../options/io.js'
import { TABLE_POINTS } from '../../options/tables.js'
import { flagsOf } from '../flags.js'
import { splitNames } from './find-columns.js'

/** The command line's options for reading a file and for the roles of its columns. */
export interface FileOptions {
  header?: boolean
  delimiter?: string
  decimal?: DecimalMark
  comment?: string
  na?: string[]
  /** Columns that identify the rows: names or positions, separated by commas. */
  id?: string
  missing: NonNullable<TablePointsOptions['missing']>
}

/** The options for reading a table that a model stores. */
export type Reading = Pick<ReadTableOptions, 'header' | 'delimiter' | 'decimal' | 'comment' | 'na'>

const DELIMITERS: Record<string, string> = {
  comma: ',',
  semicolon: ';',
  tab: '\t',
  '\\t': '\t',
  pipe: '|',
  space: ' ',
}

/** The rules by which a table is read, for --help of every command that reads one. */
export const READING_RULES = `
How a table is read:
  All columns of numbers are clustered (true and false are 1 and 0; a list of numbers is that many columns), except
  - those of --label, --id and --weights
  - without --label, one named class, classes, label, labels, target, targets, species, cluster or clusters
  - one named id, uuid, guid, index, idx, identifier, no, nr, sno, srno, rowid, rowname, rownames or #, in any case and
    with blanks, dots, dashes or underscores anywhere; one whose name ends in _id, " id", .id, -id, Id or ID, such as
    customer_id and CustomerId; one named row that numbers the rows from 0 or 1; and a first column of distinct
    integers without a name (or Unnamed: 0, or ...1), in a file that names the others
  - text, times, structures, and empty columns
  An array (.npy) has no names, so all of it is clustered. A remark tells what was used or not; --columns overrides.
  Missing cells are empty, ?, NA, N/A, NaN, null, None and others that pandas knows, #DIV/0! and the like, and --na.
  A column of more than half numbers with other cells too, such as 1,234 or 12 %, is refused with the first of them; so
  is 1.234 in a semicolon-separated file in which every point could separate thousands. --decimal tells what they are.
  The separator is detected (comma, semicolon, tab or bar), or declared by a first line sep=;.
  The first line has names if there is text above numbers; or if its numbers form a progression (0, 1, 2 or 400.5, 401,
  401.5) unlike all of 20 or more other rows (or all but one in 100), lie outside the range of their columns, are above
  text, or are integers above numbers that never are. In doubt, a remark tells how it was read; --header and --no-header
  override.`

export function addFileOptions(command: Command): Command {
  return command
    .option(
      '--id <columns>',
      'columns that identify the rows: not clustered, but copied to the results as they are spelt',
    )
    .addOption(flagsOf(TABLE_POINTS, TABLE_POINTS_HELP)('--missing <policy>', 'missing'))
    .option('--na <texts>', 'further markers of missing cells, separated by commas, such as -999', addMarkers)
    .option('--header', READ_TABLE_HELP.header)
    .option('--no-header', 'the first line of a text file is a row')
    .option(
      '--delimiter <character>',
      'separator of the cells: a character, or comma, semicolon, tab, pipe or space',
      parseDelimiter,
    )
    .addOption(flagsOf(READ_TABLE, READ_TABLE_HELP)('--decimal <mark>', 'decimal'))
    .option('--comment <text>', READ_TABLE_HELP.comment)
    .addHelpText('after', READING_RULES)
}

function addMarkers(text: string, before: string[] = []): string[] {
  return [...before, ...text.split(',').map((marker) => marker.trim())]
}

function parseDelimiter(text: string): string {
  const delimiter = DELIMITERS[text.toLowerCase()] ?? text
  if ([...delimiter].length === 1) return delimiter
  const names = Object.keys(DELIMITERS).filter((name) => /^\w+$/.test(name))
  throw new LloydError('InputError', `--delimiter must be one character, or ${names.join(', ')}, got '${text}'`)
}

/** The options for reading that the user gave. */
export function readingOf({ header, delimiter, decimal, comment, na }: FileOptions): Reading {
  return {
    ...(header !== undefined && { header }),
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
    ...(comment !== undefined && { comment }),
    ...(na !== undefined && { na }),
  }
}

/** The options of `readTable`: those by which the table of `model` was read, overridden by those of the user. */
export function tableReading(options: FileOptions, signal: AbortSignal, model?: ModelTable): ReadTableOptions {
  return {
    ...model?.reading,
    ...readingOf(options),
    ...(model && { names: model.columns }),
    ...(options.id !== undefined && { text: [options.id, ...splitNames(options.id)] }),
    mixed: 'text',
    signal,
  }
}

/** The description of its table in a model. */
export interface ModelTable {
  columns: string[]
  reading?: Reading
}

/** Whether a value read from a model is a valid `Reading`, or absent. */
export function isReading(value: unknown): boolean {
  if (value === undefined) return true
  if (typeof value !== 'object' || value === null) return false
  const { header, delimiter, decimal, comment, na } = value as Record<string, unknown>
  const isText = (text: unknown) => text === undefined || typeof text === 'string'
  return (
    (header === undefined || typeof header === 'boolean') &&
    [delimiter, decimal, comment].every(isText) &&
    (na === undefined || (Array.isArray(na) && na.every((text) => typeof text === 'string')))
  )
}
