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
import { nameSection, wordSection } from './word-sections.js'

/** People drawn of each segment, apart from the typical ones. */
const MORE_PEOPLE = 7

const whole = (value: number) => formatCount(Math.round(value))

/** The page of `lloyd behavior`. */
export function behaviorPage(path: string, clean: CleanDays, result: BehaviorSegments): string {
  const { people, days, firstDay, activeAbove, activeShare, segments } = result
  const summary =
    `${formatPeople(people)} over ${formatQuantity(days, 'day')} from ${firstDay}, in ` +
    `${formatQuantity(segments.length, 'segment')}: ${segments.map(shortOf).join('; ')}. ` +
    `A day is active above ${whole(activeAbove)} steps, and a break day otherwise; ${formatPercent(activeShare)} of all days are active.`
  return htmlPage({
    title: `Walking behaviour in ${basename(path)}`,
    summary,
    sections: [
      segmentsSection(result),
      patternSection(result),
      {
        heading: 'Each segment',
        body: patternKey(result),
        parts: segments.map((_, at) => segmentSection(clean, result, at)),
      },
      { heading: 'Streaks', body: paragraph(STREAKS) + streakTable(result.streaks) },
      repairSection(clean, result),
      nameSection(result),
      wordSection(result),
    ],
  })
}

/** The name of a segment, and how far it holds. */
const shortOf = ({ name, size, rule }: BehaviorSegment) =>
  `${name} (${whole(size)}${rule && rule.met < size ? `, of whom ${whole(rule.met)} meet the condition of the name` : ''})`

/** What the letters of weeks stand for. */
function patternKey({ patterns }: BehaviorSegments): string {
  const items = patterns
    .filter(({ weeks }) => weeks > 0)
    .map(({ letter, name }) => `<li><strong>${letter}</strong> ${escapeText(name)}</li>`)
  return `${paragraph('Weeks are shown by the letters of their patterns:')}<ul class="key">${items.join('')}</ul>`
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
  { head: 'of all', cell: ({ share }) => formatPercent(share) },
  {
    head: 'meet the name’s condition',
    cell: ({ rule, size }) => (rule ? formatPercent(rule.met / size) : '–'),
  },
  { head: 'active days', cell: ({ medians }) => formatPercent(medians['active days']) },
  {
    head: 'in the four quarters (%)',
    cell: ({ medians }) => QUARTERS.map((name) => Math.round(100 * medians[name])).join(',\u00a0'),
  },
  { head: 'steps on an active day', cell: ({ medians }) => whole(medians['steps of active days']) },
  { head: 'growth', cell: ({ medians }) => `×${medians.growth.toFixed(2)}` },
  { head: 'steps at weekends', cell: ({ medians }) => formatPercent(medians['weekend share']) },
  { head: 'returns from long breaks', cell: ({ medians }) => whole(medians['long breaks']) },
  { head: 'longest streak (days)', cell: ({ medians }) => whole(medians['longest streak']) },
  { head: 'longest break (days)', cell: ({ medians }) => whole(medians['longest break']) },
]

function segmentsSection({ segments, segmentChoice }: BehaviorSegments): PageSection {
  const table = htmlTable({
    caption:
      'Segments by their size; from “active days” on, each figure is the median over the people of the segment. “Words”, at the end, explains the terms.',
    head: ['segment', ...MEDIANS.map(({ head }) => head)],
    rows: segments.map((segment) => [segment.name, ...MEDIANS.map(({ cell }) => cell(segment))]),
  })
  const notes = [
    'People were grouped by k-means on their active days in the four quarters, the place of their steps in the week, growth, long breaks, steps on active days and routine. ' +
      `The number of segments, ${segmentChoice.k}: ${choiceText(segmentChoice)}`,
    'The names were given afterwards. A name stands for a condition, and a segment has the name whose condition most of its people meet, if at least half of them do.',
  ]
  return { heading: 'Segments', body: table + notes.map((note) => paragraph(note, 'dim')).join('') }
}

/** Why there are so many, with the silhouettes by which that was chosen. */
function choiceText({ reason, curves }: BehaviorSegments['segmentChoice']): string {
  const values = curves?.silhouette?.map(
    (value, at) => `${value === null ? 'none' : value.toFixed(2)} for ${curves.k[at]}`,
  )
  return `${reason}${values ? ` (mean silhouettes, of which the greatest is best: ${values.join('; ')})` : ''}.`
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
      `The weeks of ${own.length < size ? `${own.length} of its people` : 'its people'}, the most typical ones first: a letter is the pattern of a week, – a week without an active day. Dates are those of the first days of weeks.`,
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
    'Mean steps of each day of the week over all weeks of a pattern (bars, with the figure above them; k is 1,000), and one standard deviation to either side of it (lines). All panels have the same scale.',
    drawPatterns(patterns),
  )
  const table = htmlTable({
    caption:
      'Streaks of similar weeks: how long a pattern goes on, and how often each pattern is that of the week after (shares of a row are 100 % together).',
    head: [
      'pattern',
      'weeks',
      'weeks in a row (mean)',
      'most in a row',
      ...shown.map(({ pattern }) => `then\u00a0${pattern.letter}`),
    ],
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
    `as cosine and sine of the day, so that Sunday is beside Monday. The number of these patterns, ${patternChoice.k}: ${choiceText(patternChoice)}`
  return { heading: 'Patterns of weeks', body: paragraph(note) + figure + table }
}

function repairSection({ records, used, repairs }: CleanDays, { missingShare }: BehaviorSegments): PageSection {
  const intro =
    `${formatQuantity(records, 'record')} were read, of which ${whole(used)} count; ` +
    `${records === used ? 'none was left out' : `${whole(records - used)} were left out, for the reasons below`}. ` +
    `${formatPercent(missingShare)} of the days of all people have no record, and count as break days.`
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
