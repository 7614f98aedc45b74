import type { ENCODE_GIF, ENCODE_PALETTE, ENCODE_PNG, READ_TABLE } from '../io.js'
import type { Sentences } from './sentences.js'
import { SIGNAL } from './shared.js'

export const ENCODE_PNG_HELP: Sentences<typeof ENCODE_PNG> = { signal: SIGNAL }

export const ENCODE_GIF_HELP: Sentences<typeof ENCODE_GIF> = {
  delay: 'how long a frame of a GIF is shown',
  plays: 'how often a GIF is played, 0 for ever',
  signal: SIGNAL,
}

export const ENCODE_PALETTE_HELP: Sentences<typeof ENCODE_PALETTE> = {
  name: 'what the palette is called',
  pixels: 'pixels of each entry, which a JSON file then tells',
}

export const READ_TABLE_HELP: Sentences<typeof READ_TABLE> = {
  header: 'the first line of a text file has the names of the columns',
  names: 'names of the columns: a first line of numbers is a header when it holds them all',
  delimiter: 'what separates the cells, one character',
  decimal: 'the decimal mark; the other one, blanks and apostrophes may stand between thousands',
  comment: 'skip lines that begin with this',
  na: 'further cells that count as missing',
  text: 'columns, by name or position from 1, that are given as text',
  mixed: 'refuse a column of mostly numbers that has other cells as well, or give it as text',
  signal: SIGNAL,
}
