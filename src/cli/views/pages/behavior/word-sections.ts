import type { BehaviorSegments } from 'lloyd'
import { escapeText } from '../../../../io/svg.js'
import { formatCount } from '../../../numbers.js'
import { htmlTable, paragraph } from '../html.js'
import type { PageSection } from '../html-page.js'

/** The names of segments with their conditions. */
export function nameSection({ names, segments }: BehaviorSegments): PageSection {
  const table = htmlTable({
    caption:
      'All names that a segment can have, their conditions, and the number of people of each segment who meet them',
    head: ['name', 'true of a person who is', ...segments.map(({ name }) => name)],
    rows: names.map(({ name, condition, met }) => [name, condition, ...met.map(formatCount)]),
  })
  return { heading: 'Names and their conditions', body: table }
}

/** The terms of the page. */
export function wordSection({ activeAbove }: BehaviorSegments): PageSection {
  const terms: [string, string][] = [
    [
      'active day, break day',
      `A day with more than ${formatCount(activeAbove)} steps; any other day, also one without a record.`,
    ],
    [
      'quarters',
      'The first, second, third and last quarter of the days that the table covers, the same for everybody; not those of a year. Figures are shares of active days.',
    ],
    ['median person', 'Not one person: each figure is the middle one over the people of the segment, for itself.'],
    [
      'growth',
      'The mean steps of the last third of a person’s active days over those of the first third: ×1 is no change, ×2 is twice as many, ×0.5 half as many.',
    ],
    ['weekend share', 'The share of a person’s steps on Saturdays and Sundays. It is 29 % if all days are alike.'],
    ['long break', 'A break of seven days or more. A return is one that activity follows.'],
    ['longest break', 'In days, with the time before the first active day and after the last.'],
    [
      'low, moderate, high steps',
      'On active days, fewer than 5,000, fewer than 10,000, and more (Tudor-Locke and Bassett, Sports Medicine 34, 2004).',
    ],
    ['routine', 'The share of weeks that repeat the pattern of the week before.'],
    ['streak', 'Active days in a row; in the section “Streaks”, with the break days that follow.'],
    ['typical', 'Nearest to the centre of the segment, by what people were grouped on.'],
    [
      'silhouette, elbow',
      'Two ways to choose a number. The silhouette compares how near people are to their own segment and to the next one: 1 is far apart, 0 on the border. The elbow is where further segments bring people hardly any nearer.',
    ],
  ]
  const items = terms.map(([term, text]) => `<dt><strong>${escapeText(term)}</strong></dt><dd>${escapeText(text)}</dd>`)
  const source =
    'After B. Y. Lim, J. Kay and W. Liu, “How does a nation walk? Interpreting large-scale step count activity with weekly streak patterns”, IMWUT 3(2), 2019. ' +
    'The names of segments are theirs or in their spirit; the conditions are lloyd’s.'
  return { heading: 'Words', body: `<dl>${items.join('')}</dl>${paragraph(source, 'dim')}` }
}
