import { type Command, Option } from 'commander'
import { type DecimalMark, LloydError, type ReadTableOptions } from 'lloyd'
import { READ_TABLE_HELP } from '../../options/help/io.js'
import { READ_TABLE } from '../../options/io.js'
import { flagsOf } from '../flags.js'
import { splitNames } from './find-columns.js'
import type { MissingPolicy } from './rows.js'

/** What is said on the command line about how a file is to be read, and which columns are what. */
export interface FileOptions {
  header?: boolean
  delimiter?: string
  decimal?: DecimalMark
  comment?: string
  na?: string[]
  /** Names or positions, separated by commas. */
  id?: string
  missing: MissingPolicy
}

/** What a model remembers of how its table was read. */
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
  Clustered are all columns of numbers (and of true and false, as 1 and 0; lists of one length are as many columns), but
  - those of --label, --id and --weights
  - without --label, one named class, classes, label, labels, target, targets, species, cluster or clusters
  - one named id, uuid, guid, index, idx, identifier, no, nr, sno, srno, rowid, rowname, rownames or #, in any case and
    with blanks, dots, dashes or underscores anywhere; one whose name ends in _id, " id", .id, -id, Id or ID, as
    customer_id and CustomerId do; one named row that counts the rows from 0 or 1; and a first column of distinct whole
    numbers without a name (or Unnamed: 0, or ...1), in a file that names the others
  - text, times, structures, and empty columns
  An array (.npy) has no names, so all of it is clustered. A remark says what was taken and left out; --columns overrules.
  Missing cells are empty, ?, NA, N/A, NaN, null, None and what else pandas takes, #DIV/0! and the like, and those of --na.
  A column of more than half numbers that has other cells too, such as 1,234 or 12 %, is refused with the first of them;
  so is 1.234 in a file separated by semicolons whose points could all stand between thousands. --decimal says what
  they are. The separator is found out of comma, semicolon, tab and bar, or in a first line sep=;.
  The first line has names if there is text above numbers; or if its numbers go on evenly (0, 1, 2 or 400.5, 401, 401.5)
  as no other row of 20 or more (or one in 100), lie outside of their columns, stand above text, or are whole above
  numbers that never are. Where that could be otherwise, a remark says what was taken; --header and --no-header overrule.`

export function addFileOptions(command: Command): Command {
  return command
    .option(
      '--id <columns>',
      'columns that identify the rows: left out, and given beside the results as they are spelt',
    )
    .addOption(missingOption())
    .option('--na <texts>', 'further cells that count as missing, separated by commas, such as -999', addMarkers)
    .option('--header', READ_TABLE_HELP.header)
    .option('--no-header', 'the first line of a text file is a row')
    .option(
      '--delimiter <character>',
      'what separates the cells: a character, or comma, semicolon, tab, pipe or space',
      parseDelimiter,
    )
    .addOption(flagsOf(READ_TABLE, READ_TABLE_HELP)('--decimal <mark>', 'decimal'))
    .option('--comment <text>', READ_TABLE_HELP.comment)
    .addHelpText('after', READING_RULES)
}

function missingOption(): Option {
  return new Option('--missing <policy>', 'rows with missing cells: refuse them, drop them, or fill in the mean')
    .choices(['refuse', 'drop', 'mean'])
    .default('refuse')
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

/** What the user said about the file. */
export function readingOf({ header, delimiter, decimal, comment, na }: FileOptions): Reading {
  return {
    ...(header !== undefined && { header }),
    ...(delimiter !== undefined && { delimiter }),
    ...(decimal !== undefined && { decimal }),
    ...(comment !== undefined && { comment }),
    ...(na !== undefined && { na }),
  }
}

/** The options of `readTable`. `reading` is how the table of a model was read, which the user can overrule. */
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

/** What a model knows of its table. */
export interface ModelTable {
  columns: string[]
  reading?: Reading
}

/** Whether a value read from a model is how its table was read, or absent. */
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
