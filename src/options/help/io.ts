import type { ENCODE_GIF, ENCODE_PALETTE, ENCODE_PNG, READ_TABLE } from '../io.js'
import type { Sentences } from './sentences.js'
import { SIGNAL } from './shared.js'

export const ENCODE_PNG_HELP: Sentences<typeof ENCODE_PNG> = { signal: SIGNAL }

export const ENCODE_GIF_HELP: Sentences<typeof ENCODE_GIF> = {
  delay: 'display time of each frame, in ms',
  plays: 'number of times a GIF is played, 0 for ever',
  signal: SIGNAL,
}

export const ENCODE_PALETTE_HELP: Sentences<typeof ENCODE_PALETTE> = {
  name: 'name of the palette',
  pixels: 'number of pixels of each entry, for a JSON file',
}

export const READ_TABLE_HELP: Sentences<typeof READ_TABLE> = {
  header: 'the first line of a text file holds the column names',
  names: 'column names; a first line of numbers is a header if it contains them all',
  delimiter: 'separator of the cells, one character',
  decimal: 'decimal mark; the other one, blanks and apostrophes may separate thousands',
  comment: 'text that begins a comment line, which is skipped',
  na: 'further markers of missing cells',
  text: 'columns to read as text, by name or position from 1',
  mixed: 'treatment of a column of mostly numbers with other cells: refuse it, or read it as text',
  signal: SIGNAL,
}
