import { type DateReadings, readDate } from '../dates.js'
import { readNumber } from '../read-number.js'

/** Records a block, so that more need no copy. */
const BLOCK = 2 ** 18
/** Examples that are kept of each kind of repair. */
export const EXAMPLES = 5

/** People whose days are compared, to find the form of dates and times of the day. */
const MOST_COMPARED = 2000
/** Characters shown of a row. */
const EXAMPLE_LENGTH = 80

/** A record that was repaired or left out. */
export interface RepairedRecord {
  /** Number of the record from 1; of a text file, the line. */
  row: number
  id: string
  /** What was done, with the text as found. */
  text: string
}

/** Records that met one kind of trouble. */
export class Tally {
  count = 0
  readonly examples: RepairedRecord[] = []

  add(row: number, id: string, text: string): void {
    if (this.count++ < EXAMPLES) this.examples.push({ row, id, text })
  }
}

/** Most steps of a record: whole numbers up to this one are exact in float32, and nobody walks so many in a day. */
export const MOST_STEPS = 2 ** 24

/**
 * Records of steps as they are read: identifier, date and count as written, in 8 bytes a record. Records of one person
 * usually follow each other, so that a person is a list of runs.
 */
export class DayRecords {
  readonly ids: string[] = []
  readonly dates: DateReadings[] = []
  readonly texts: string[] = []
  count = 0
  readonly blank = new Tally()
  readonly incomplete = new Tally()
  readonly excess = new Tally()
  readonly withoutId = new Tally()
  readonly unreadableDate = new Tally()
  readonly unreadableSteps = new Tally()
  readonly emptySteps = new Tally()
  readonly negative = new Tally()
  readonly excessive = new Tally()
  readonly grouped = new Tally()
  readonly #users = new Map<string, number>()
  readonly #dateIndices = new Map<string, number>()
  readonly #dateBlocks: Uint32Array[] = []
  readonly #stepBlocks: Float32Array[] = []
  readonly #runUsers: number[] = []
  readonly #runStarts: number[] = []
  #lastId: string | null = null

  /** @param firstRow what the first record is called: 1, or its line in a text file */
  constructor(readonly firstRow = 1) {}

  /** Adds a record; `cells` are its identifier, date and steps. */
  add(id: string | undefined, date: string | undefined, steps: string | number | undefined): void {
    const row = this.count + this.firstRow
    if (id === undefined || date === undefined || steps === undefined) {
      this.incomplete.add(row, id ?? '', 'too few cells')
      this.#append(-1, Number.NaN)
      return
    }
    const name = id.trim()
    const index = this.#dateIndex(date)
    let value = Number.NaN
    if (name === '') this.withoutId.add(row, '', `${date}, ${steps}`)
    else if (index < 0) this.unreadableDate.add(row, name, `'${date}'`)
    else value = this.#stepsOf(steps, row, name)
    if (Number.isNaN(value)) {
      // A person of whom no record can be read is a person still.
      if (name !== '') this.#userOf(name)
      this.#append(-1, Number.NaN)
      return
    }
    if (name !== this.#lastId) {
      this.#runUsers.push(this.#userOf(name))
      this.#runStarts.push(this.count)
      this.#lastId = name
    }
    this.#append(index, value)
  }

  addBlank(): void {
    this.blank.add(this.count + this.firstRow, '', 'blank')
    this.#append(-1, Number.NaN)
  }

  /** Leaves out a row with more cells than there are columns, so that it is unknown which are which. */
  addExcess(cells: readonly string[], id: string, columns: number): void {
    const text = `${cells.length} cells for ${columns} columns: ${cells.join(', ').slice(0, EXAMPLE_LENGTH)}`
    this.excess.add(this.count + this.firstRow, id.trim(), text)
    this.#append(-1, Number.NaN)
  }

  /** The steps of a record, NaN where it counts as none. */
  stepsOf(record: number): number {
    return this.#stepBlocks[Math.floor(record / BLOCK)][record % BLOCK]
  }

  /** The index of a record's date in `dates`. */
  dateOf(record: number): number {
    return this.#dateBlocks[Math.floor(record / BLOCK)][record % BLOCK]
  }

  /** The records of each person, in the order of the file: ascending numbers, readable ones only. */
  *people(stride = 1): Generator<{ user: number; records: Uint32Array }> {
    const runs = this.#runsByUser()
    let records = new Uint32Array(1024)
    for (let user = 0; user < runs.length; user += stride) {
      let count = 0
      for (const run of runs[user]) {
        const end = this.#runStarts[run + 1] ?? this.count
        for (let record = this.#runStarts[run]; record < end; record++) {
          if (Number.isNaN(this.stepsOf(record))) continue
          if (count === records.length) {
            const longer = new Uint32Array(2 * count)
            longer.set(records)
            records = longer
          }
          records[count++] = record
        }
      }
      yield { user, records: records.subarray(0, count) }
    }
  }

  /** The records of some of very many people. */
  comparedPeople(): Generator<{ user: number; records: Uint32Array }> {
    return this.people(Math.ceil(this.ids.length / MOST_COMPARED))
  }

  #runsByUser(): number[][] {
    const runs: number[][] = this.ids.map(() => [])
    for (let run = 0; run < this.#runUsers.length; run++) runs[this.#runUsers[run]].push(run)
    return runs
  }

  #append(date: number, steps: number): void {
    const at = this.count++ % BLOCK
    if (at === 0) {
      this.#dateBlocks.push(new Uint32Array(BLOCK))
      this.#stepBlocks.push(new Float32Array(BLOCK))
    }
    this.#dateBlocks.at(-1)![at] = Math.max(0, date)
    this.#stepBlocks.at(-1)![at] = steps
  }

  #userOf(name: string): number {
    const known = this.#users.get(name)
    if (known !== undefined) return known
    const own = copied(name)
    this.#users.set(own, this.ids.length)
    return this.ids.push(own) - 1
  }

  /** The index of a date's text, −1 where it cannot be read. */
  #dateIndex(text: string): number {
    const known = this.#dateIndices.get(text)
    if (known !== undefined) return known
    const readings = readDate(text)
    if (!readings) return -1
    const own = copied(text)
    this.#dateIndices.set(own, this.dates.length)
    this.texts.push(own)
    return this.dates.push(readings) - 1
  }

  #stepsOf(steps: string | number, row: number, id: string): number {
    const text = typeof steps === 'string' ? steps.trim() : ''
    const { value, isGrouped } = typeof steps === 'number' ? { value: steps, isGrouped: false } : readNumber(text)
    if (isGrouped) this.grouped.add(row, id, `'${text}' is ${value}`)
    if (text === '' && Number.isNaN(value)) this.emptySteps.add(row, id, 'no steps')
    else if (!Number.isFinite(value)) this.unreadableSteps.add(row, id, `'${steps}'`)
    else if (value < 0) this.negative.add(row, id, String(value))
    else if (value > MOST_STEPS) this.excessive.add(row, id, String(value))
    else return value
    return Number.NaN
  }
}

/** A copy of a text, which would otherwise keep the piece of the file in memory that it was cut from. */
function copied(text: string): string {
  return new TextDecoder().decode(new TextEncoder().encode(text))
}
