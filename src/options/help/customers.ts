import type { CLEAN_PURCHASES, CUSTOMER_VALUES, SEGMENT_CUSTOMERS, TABLE_PURCHASES } from '../customers.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const TABLE_PURCHASES_HELP: Sentences<typeof TABLE_PURCHASES> = {
  customer: 'column that identifies customers; by default found by its name, such as Customer ID',
  order: 'column that identifies orders; by default found by its name, such as Invoice; without it, days are orders',
  date: 'column of dates, with or without times; by default found by its name, such as Order Date',
  amount:
    'column of amounts, or several whose product they are; by default found by name, such as Sales, or Quantity and Price',
}

export const CLEAN_PURCHASES_HELP: Sentences<typeof CLEAN_PURCHASES> = {
  dateFormat: 'order of day and month in dates that end with the year; by default that of dates with only one reading',
}

export const CUSTOMER_VALUES_HELP: Sentences<typeof CUSTOMER_VALUES> = {
  asOf: 'the day, such as 2017-12-31, from which days are counted back; by default the last of the table',
}

export const SEGMENT_CUSTOMERS_HELP: Sentences<typeof SEGMENT_CUSTOMERS> = {
  segments: 'number of segments; by default chosen from 2 to 10',
  categories: 'categorical columns that count for the segments; others are only described',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}
