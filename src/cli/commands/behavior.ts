import type { Command } from 'commander'
import { type BehaviorSegments, type CleanDays, type EngineOptions, segmentBehavior, sequenceText } from 'lloyd'
import { CLEAN_DAYS, SEGMENT_BEHAVIOR } from '../../options/behavior.js'
import { CLEAN_DAYS_HELP, READ_DAYS_HELP, SEGMENT_BEHAVIOR_HELP } from '../../options/help/behavior.js'
import { backendOption, describeAdapter } from '../adapter.js'
import { flagsOf } from '../flags.js'
import { formatCount, formatPeople, formatQuantity, formatTime } from '../numbers.js'
import { inputName } from '../standard-io.js'
import { checkOutputs, formatJson, progressOf, withEngine } from '../tables/table-job.js'
import { readDaysFrom } from '../tables/table-source.js'
import { formatCsv, shortFloat } from '../views/csv.js'
import { formatPercent } from '../views/describe.js'
import { print, progressLine } from '../views/terminal.js'
import { writeWhole } from '../write-file.js'

/** Most people whose sequences the JSON lists. */
const LISTED_PEOPLE = 1000

interface Options {
  id?: string
  date?: string
  value?: string
  dateFormat?: 'month/day' | 'day/month'
  activeAbove: number
  patterns?: number
  segments?: number
  seed: number
  backend: NonNullable<EngineOptions['backend']>
  output?: string
  table?: string
  force?: boolean
  json?: boolean
}

export function addBehaviorCommand(program: Command, signal: AbortSignal): void {
  const flag = flagsOf(SEGMENT_BEHAVIOR, SEGMENT_BEHAVIOR_HELP)
  program
    .command('behavior')
    .summary('segment people by their daily steps')
    .description(
      'Read records of steps (person, date, steps; days or hours), repair them and tell each repair, find patterns of\n' +
        'weeks and streaks of similar weeks, and group people into segments that are named in words.\n' +
        'After Lim, Kay and Liu, "How does a nation walk?", IMWUT 2019.',
    )
    .argument(
      '<table>',
      'the file to read: CSV, TSV or text, also gzipped, Parquet, Arrow or Feather; - is standard input',
    )
    .option('--id <column>', READ_DAYS_HELP.id)
    .option('--date <column>', READ_DAYS_HELP.date)
    .option('--value <column>', READ_DAYS_HELP.value)
    .addOption(flagsOf(CLEAN_DAYS, CLEAN_DAYS_HELP)('--date-format <form>', 'dateFormat'))
    .addOption(flag('--active-above <steps>', 'activeAbove'))
    .addOption(flag('--patterns <n>', 'patterns'))
    .addOption(flag('--segments <n>', 'segments'))
    .addOption(flag('--seed <n>', 'seed'))
    .option('-o, --output <file>', 'the HTML page to write, with what was repaired, patterns, sequences and segments')
    .option('--table <file>', 'the CSV to write: the segment, features and sequence of every person')
    .addOption(backendOption())
    .option('--force', 'replace existing outputs')
    .option('--json', `print JSON, which lists the first ${LISTED_PEOPLE} people; --table lists all`)
    .action((table: string, options: Options) => segmentTable(table, options, signal))
}

async function segmentTable(path: string, options: Options, signal: AbortSignal): Promise<void> {
  const began = performance.now()
  const { id, date, value, dateFormat, activeAbove, patterns, segments, seed } = options
  checkOutputs([path], { '-o': options.output, '--table': options.table }, options.force)
  progressLine.update(`${inputName(path)}: read`)
  const clean = await readDaysFrom(path, { id, date, value, dateFormat, signal })
  const { result, ...on } = await withEngine(options.backend, signal, async (engine) => ({
    backend: engine.backend,
    adapter: engine.adapter,
    description: describeAdapter(engine),
    result: await segmentBehavior(engine, clean.days, {
      ...{ activeAbove, patterns, segments, seed, signal },
      onProgress: progressOf(path),
    }),
  }))
  if (options.output !== undefined) {
    // Drawing loads much that other commands do not need.
    const { behaviorPage } = await import('../views/pages/behavior/behavior-page.js')
    const html = behaviorPage(inputName(path), clean, result)
    writeWhole(options.output, new TextEncoder().encode(html), options.force === true)
  }
  if (options.table !== undefined) {
    writeWhole(options.table, new TextEncoder().encode(tableOf(result)), options.force === true)
  }
  if (options.json) {
    const { backend, adapter } = on
    print(
      formatJson({
        table: path,
        ...jsonOf(clean, result),
        seed,
        backend,
        adapter,
        page: options.output,
        users: options.table,
      }),
    )
    return
  }
  const time = formatTime(performance.now() - began)
  for (const line of linesOf(path, clean, result, { adapter: on.description, time, ...options })) print(line)
}

/** What the JSON holds: everything but the days; the sequences of the first people, and how many others there are. */
function jsonOf({ records, used, repairs }: CleanDays, result: BehaviorSegments) {
  const { sequences, users, ...rest } = result
  const { data, columns } = sequences.labels
  const listed = users.ids.slice(0, LISTED_PEOPLE)
  return {
    ...{ records, used, repairs },
    ...rest,
    transitions: sequences.transitions,
    segments: rest.segments.map((segment) => ({ ...segment, typical: segment.typical.map((row) => users.ids[row]) })),
    unlisted: users.ids.length - listed.length,
    listed: listed.map((id, row) => ({
      id,
      segment: users.segments[row],
      sequence: sequenceText(data.subarray(row * columns, (row + 1) * columns), rest.patterns),
    })),
  }
}

/** A line for every person. */
function tableOf({ users, segments, patterns, sequences }: BehaviorSegments): string {
  const { ids, names, features } = users
  const { data, columns } = sequences.labels
  function* lines() {
    for (let row = 0; row < ids.length; row++) {
      const own = features.data.subarray(row * features.columns, (row + 1) * features.columns)
      yield [
        ids[row],
        users.segments[row],
        segments[users.segments[row]].name,
        ...Array.from(own, shortFloat),
        sequenceText(data.subarray(row * columns, (row + 1) * columns), patterns),
      ]
    }
  }
  return formatCsv(['id', 'segment', 'name', ...names, 'sequence'], lines())
}

/** The lines for a person. */
function linesOf(
  path: string,
  { records, used, repairs }: CleanDays,
  result: BehaviorSegments,
  { adapter, time, output, table }: { adapter: string; time: string; output?: string; table?: string },
): string[] {
  const { people, days, firstDay, patterns, segments } = result
  return [
    `table     ${inputName(path)}, ${formatQuantity(records, 'record')}, of which ${formatCount(used)} are used`,
    `days      ${formatPeople(people)} over ${formatQuantity(days, 'day')} from ${firstDay}; active above ${formatCount(result.activeAbove)} steps: ` +
      `${formatPercent(result.activeShare)} of days; without a record: ${formatPercent(result.missingShare)}`,
    `adapter   ${adapter}`,
    `time      ${time} in all`,
    ...(output === undefined ? [] : [`output    ${output}, the page`]),
    ...(table === undefined ? [] : [`output    ${table}, a line for every person`]),
    '\nrepairs',
    ...(repairs.length === 0 ? ['  none'] : []),
    ...repairs.flatMap(({ count, found, done, examples }) => [
      `  ${formatCount(count).padStart(9)}  ${found}: ${done}`,
      ...examples.map(({ row, id, text }) => `             ${row > 0 ? `row ${row}, ` : ''}${id}: ${text}`),
    ]),
    `\npatterns of weeks: ${result.patternChoice.k} (${result.patternChoice.reason})`,
    ...patterns
      .filter(({ weeks }) => weeks > 0)
      .map(
        ({ letter, name, share, activeDays, activeSteps, meanRun }) =>
          `  ${letter}  ${formatPercent(share).padStart(7)}  ${name}: ${activeDays.toFixed(1)} active days, ` +
          `${formatCount(Math.round(activeSteps))} steps on them; ${meanRun.toFixed(1)} such weeks in a row`,
      ),
    `\nsegments: ${result.segmentChoice.k} (${result.segmentChoice.reason})`,
    ...segments.flatMap(({ name, size, share, sentence, rule }) => [
      `  ${name}: ${formatPeople(size)}, ${formatPercent(share)}`,
      `      ${sentence}`,
      ...(rule === null
        ? []
        : [
            `      ${name.replace(/ \(.*/, '')}: ${rule.condition}; true of ${formatCount(rule.met)} of them and ${formatCount(rule.metByOthers)} of the others`,
          ]),
    ]),
  ]
}
