import { basename } from 'node:path'
import type { BehaviorSegment, BehaviorSegments, CleanDays } from 'lloyd'
import { escapeText } from '../../../../io/svg.js'
import { formatCount, formatPeople, formatQuantity } from '../../../numbers.js'
import { formatPercent } from '../../describe.js'
import { htmlFigure, htmlTable, paragraph } from '../html.js'
import { htmlPage, type PageSection } from '../html-page.js'
import { drawPatterns } from './pattern-plot.js'
import { drawDays, drawSequences } from './sequence-plot.js'
import { streakTable } from './streak-table.js'

/** People drawn of each segment, apart from the typical ones. */
const MORE_PEOPLE = 7

const whole = (value: number) => formatCount(Math.round(value))

/** The page of `lloyd behavior`. */
export function behaviorPage(path: string, clean: CleanDays, result: BehaviorSegments): string {
  const { people, days, firstDay, activeAbove, activeShare, segments } = result
  const summary =
    `${formatPeople(people)} over ${formatQuantity(days, 'day')} from ${firstDay}, in ` +
    `${formatQuantity(segments.length, 'segment')}: ${segments.map(({ name, size }) => `${name} (${whole(size)})`).join('; ')}. ` +
    `A day is active above ${whole(activeAbove)} steps, and a break day otherwise; ${formatPercent(activeShare)} of all days are active.`
  return htmlPage({
    title: `Walking behaviour in ${basename(path)}`,
    summary,
    sections: [
      segmentsSection(result),
      { heading: 'Each segment', body: '', parts: segments.map((_, at) => segmentSection(clean, result, at)) },
      patternSection(result),
      { heading: 'Streaks', body: paragraph(STREAKS) + streakTable(result.streaks) },
      repairSection(clean, result),
      nameSection(result),
      wordSection(result),
    ],
  })
}

const STREAKS =
  'A streak is a run of active days together with the break days that follow it. Days before the first active day of a person belong to no streak.'

const QUARTERS = [
  'active days, 1st quarter',
  'active days, 2nd quarter',
  'active days, 3rd quarter',
  'active days, 4th quarter',
] as const

/** The columns of the table of segments: medians over people. */
const MEDIANS: readonly { head: string; cell: (segment: BehaviorSegment) => string }[] = [
  { head: 'people', cell: ({ size }) => whole(size) },
  { head: 'share', cell: ({ share }) => formatPercent(share) },
  { head: 'meet the name', cell: ({ rule, size }) => (rule ? formatPercent(rule.met / size) : '–') },
  { head: 'active days', cell: ({ medians }) => formatPercent(medians['active days']) },
  { head: 'in quarters', cell: ({ medians }) => QUARTERS.map((name) => Math.round(100 * medians[name])).join(', ') },
  { head: 'steps', cell: ({ medians }) => whole(medians['steps of active days']) },
  { head: 'growth', cell: ({ medians }) => `×${medians.growth.toFixed(2)}` },
  { head: 'weekend', cell: ({ medians }) => formatPercent(medians['weekend share']) },
  { head: 'returns', cell: ({ medians }) => whole(medians['long breaks']) },
  { head: 'streak', cell: ({ medians }) => whole(medians['longest streak']) },
  { head: 'break', cell: ({ medians }) => whole(medians['longest break']) },
]

function segmentsSection({ segments, segmentChoice }: BehaviorSegments): PageSection {
  const table = htmlTable({
    caption:
      'The median person of each segment: share of active days, in all and in the four quarters of the time (%), steps of active days, growth, ' +
      'share of steps at weekends, returns from long breaks, longest streak and break in days. “Words” explains them.',
    head: ['segment', ...MEDIANS.map(({ head }) => head)],
    rows: segments.map((segment) => [segment.name, ...MEDIANS.map(({ cell }) => cell(segment))]),
  })
  const notes = [
    'People were grouped by k-means on their active days in the four quarters, the place of their steps in the week, growth, long breaks, level and routine. ' +
      `The number of segments: ${choiceText(segmentChoice)}`,
    'The names were given afterwards. A name stands for a condition, and a segment has the name whose condition most of its people meet, if at least half of them do.',
  ]
  return { heading: 'Segments', body: table + notes.map((note) => paragraph(note, 'dim')).join('') }
}

/** Why there are so many, with the silhouettes by which that was chosen. */
function choiceText({ reason, curves }: BehaviorSegments['segmentChoice']): string {
  const values = curves?.silhouette?.map((value, at) => `${curves.k[at]}: ${value === null ? '–' : value.toFixed(2)}`)
  return `${reason.replace(/\.$/, '')}${values ? ` (mean silhouettes, of which the greatest is best, ${values.join(', ')})` : ''}.`
}

function segmentSection({ days }: CleanDays, result: BehaviorSegments, at: number): PageSection {
  const { name, size, share, sentence, rule, typical } = result.segments[at]
  const { data, columns } = days.steps
  const others = result.people - size
  const own = peopleOf(result, at)
  const person = typical[0]
  const body = [
    paragraph(`${whole(size)} of ${formatPeople(result.people)} (${formatPercent(share)}). ${sentence}`),
    rule === null
      ? paragraph('None of the known names fits half of these people, so that the name only tells figures.', 'rule')
      : `<div class="rule"><p><strong>${escapeText(name.replace(/ \(.*/, ''))}</strong>: ${escapeText(rule.condition)}.</p>` +
        paragraph(
          `True of ${whole(rule.met)} of its ${whole(size)} people${others > 0 ? `, and of ${whole(rule.metByOthers)} of the ${whole(others)} others` : ''}.`,
          'dim',
        ) +
        '</div>',
    htmlFigure(
      `The weeks of ${own.length < size ? `${own.length} of its people` : 'its people'}, the most typical ones first: a letter is the pattern of the week, – a week without an active day.`,
      drawSequences(`Patterns of the weeks of people of the segment ${name}`, result, own),
    ),
    htmlFigure(
      `The days of its most typical person, ${result.users.ids[person]}; the dashed line is at ${whole(result.activeAbove)} steps, crosses are days without a record.`,
      drawDays(
        `Steps of ${result.users.ids[person]} on every day`,
        data.subarray(person * columns, (person + 1) * columns),
        result.firstDay,
        result.activeAbove,
      ),
    ),
  ]
  return { heading: name, body: body.join('\n') }
}

/** The typical people of a segment, and others evenly from the rest. */
function peopleOf({ users, segments }: BehaviorSegments, at: number): number[] {
  const { typical } = segments[at]
  const others: number[] = []
  for (let person = 0; person < users.segments.length; person++) {
    if (users.segments[person] === at && !typical.includes(person)) others.push(person)
  }
  const step = Math.max(1, others.length / MORE_PEOPLE)
  const some = Array.from({ length: Math.min(MORE_PEOPLE, others.length) }, (_, i) => others[Math.floor(i * step)])
  return [...typical, ...some]
}

function patternSection({
  patterns,
  patternChoice,
  weeks,
  daysOutsideWeeks,
  sequences,
}: BehaviorSegments): PageSection {
  const shown = patterns.map((pattern, at) => ({ pattern, at })).filter(({ pattern }) => pattern.weeks > 0)
  const figure = htmlFigure(
    'Mean steps of each day of the week over all weeks of a pattern (bars, with their number), and one standard deviation to either side (lines). All panels have one scale.',
    drawPatterns(patterns),
  )
  const table = htmlTable({
    caption:
      'Streaks of similar weeks: how long a pattern goes on, and what share of the weeks after it have which pattern.',
    head: ['pattern', 'weeks', 'in a row (mean)', 'longest', ...shown.map(({ pattern }) => `then ${pattern.letter}`)],
    rows: shown.map(({ pattern, at }) => {
      const after = sequences.transitions[at].reduce((sum, count) => sum + count, 0)
      return [
        `${pattern.letter}: ${pattern.name}`,
        ...[whole(pattern.weeks), pattern.meanRun.toFixed(1), String(pattern.longestRun)],
        ...shown.map((next) => (after === 0 ? '–' : formatPercent(sequences.transitions[at][next.at] / after))),
      ]
    }),
  })
  const note =
    `${formatQuantity(weeks.length, 'week')} from Monday to Sunday, of at least four days in the table` +
    `${daysOutsideWeeks > 0 ? ` (${formatQuantity(daysOutsideWeeks, 'day')} at the ends are in none)` : ''}. Weeks without an active day are the pattern –; ` +
    'the others were grouped by k-means on their active days, the steps of these on a logarithmic scale, and the place of the steps in the week, ' +
    `as cosine and sine of the day, so that Sunday is beside Monday. The number of patterns: ${choiceText(patternChoice)}`
  return { heading: 'Patterns of weeks', body: paragraph(note) + figure + table }
}

function repairSection({ records, used, repairs }: CleanDays, { missingShare }: BehaviorSegments): PageSection {
  const intro =
    `${formatQuantity(records, 'record')} were read, of which ${whole(used)} count; ` +
    `${records === used ? 'none was left out' : `${whole(records - used)} were left out, for the reasons below`}. ` +
    `${formatPercent(missingShare)} of the days of all people have no record and are break days: not worn.`
  if (repairs.length === 0)
    return { heading: 'Repairs', body: paragraph(intro) + paragraph('Nothing had to be repaired.') }
  const table = htmlTable({
    caption: 'What was found in the records, and what was done about it',
    head: ['found', 'number', 'done'],
    rows: repairs.map(({ found, count, done }) => [found, whole(count), done]),
  })
  const examples = repairs.flatMap(({ found, examples }) =>
    examples.map(({ row, id, text }) => [found, row > 0 ? String(row) : '–', id, text]),
  )
  const list = htmlTable({
    caption: 'Up to five of each; rows are numbered from 1, in text files by lines',
    head: ['found', 'row', 'person', 'what'],
    rows: examples,
  })
  return { heading: 'Repairs', body: paragraph(intro) + table + (examples.length > 0 ? list : '') }
}

function nameSection({ names, segments }: BehaviorSegments): PageSection {
  const table = htmlTable({
    caption:
      'All names that a segment can have, their conditions, and the number of people of each segment who meet them',
    head: ['name', 'true of a person who is', ...segments.map(({ name }) => name)],
    rows: names.map(({ name, condition, met }) => [name, condition, ...met.map(whole)]),
  })
  return { heading: 'Names and their conditions', body: table }
}

function wordSection({ activeAbove }: BehaviorSegments): PageSection {
  const terms: [string, string][] = [
    [
      'active day, break day',
      `A day with more than ${whole(activeAbove)} steps; any other day, also one without a record.`,
    ],
    [
      'quarters',
      'The four quarters of the time that the table covers, in days, the same for everybody. Figures are shares of active days.',
    ],
    [
      'growth',
      'The mean steps of the last third of a person’s active days over those of the first third: ×1 is no change.',
    ],
    ['weekend share', 'The share of a person’s steps on Saturdays and Sundays. It is 29 % if all days are alike.'],
    ['long break', 'A break of seven days or more. A return is one that activity follows.'],
    ['longest break', 'In days, with the time before the first active day and after the last.'],
    [
      'low, moderate, high steps',
      'On active days, fewer than 5,000, fewer than 10,000, and more (Tudor-Locke and Bassett, Sports Medicine 34, 2004).',
    ],
    ['typical', 'Nearest to the centroid of the segment.'],
  ]
  const items = terms.map(([term, text]) => `<dt><strong>${escapeText(term)}</strong></dt><dd>${escapeText(text)}</dd>`)
  const source =
    'After B. Y. Lim, J. Kay and W. Liu, “How does a nation walk? Interpreting large-scale step count activity with weekly streak patterns”, IMWUT 3(2), 2019. ' +
    'The names of segments are theirs or in their spirit; the conditions are lloyd’s.'
  return { heading: 'Words', body: `<dl>${items.join('')}</dl>${paragraph(source, 'dim')}` }
}
