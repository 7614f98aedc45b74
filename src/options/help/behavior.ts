import type { CLEAN_DAYS, READ_DAYS, SEGMENT_BEHAVIOR } from '../behavior.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const CLEAN_DAYS_HELP: Sentences<typeof CLEAN_DAYS> = {
  dateFormat:
    'order of day and month in dates that end with the year; by default the one in which days follow each other',
}

export const READ_DAYS_HELP: Sentences<typeof READ_DAYS> = {
  ...CLEAN_DAYS_HELP,
  id: 'column that identifies people, by name or position from 1; by default found by its name, such as Id or user',
  date: 'column of dates, with or without times; by default found by its name, such as ActivityDate or day',
  value: 'column of steps; by default found by its name, such as StepTotal or count',
  delimiter: 'separator of the cells of a text file, one character; by default found',
  signal: SIGNAL,
}

export const SEGMENT_BEHAVIOR_HELP: Sentences<typeof SEGMENT_BEHAVIOR> = {
  activeAbove: 'steps above which a day is active; all others, and days without a record, are break days',
  patterns: 'number of patterns of weeks, apart from weeks without an active day; by default chosen from 4 to 8',
  segments: 'number of segments of people; by default chosen from 2 to 10',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
