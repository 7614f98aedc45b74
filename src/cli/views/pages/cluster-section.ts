import type { ClusterDescription } from 'lloyd'
import { escapeText } from '../../../io/svg.js'
import { cellText } from '../../tables/described-table.js'
import { CATEGORY_HEAD, COLUMN_HEAD, categoryCells, columnCells, describeRule, nameOf } from '../describe.js'
import type { Described, Nouns } from './described.js'
import { htmlTable, paragraph } from './html.js'
import type { PageSection } from './html-page.js'

/** Most columns of a table of columns, and of one of rows. */
const MOST_COLUMNS = 20
const MOST_CELLS = 10

/** What there is to say about one cluster: sentence, rule, columns, categories, and rows as they are in the table. */
export function clusterSection(described: Described, at: number): PageSection {
  const cluster = described.clusters[at]
  const { noise, title, sentence, columns, categories } = cluster
  const name = nameOf(cluster)
  const more = columns.length > MOST_COLUMNS ? `: the ${MOST_COLUMNS} of ${columns.length} that differ most` : ''
  const body = [
    paragraph(sentence),
    ruleBox(cluster, described.nouns),
    columns.length > 0 &&
      htmlTable({
        caption: `Columns of ${name}, those that differ most first${more}`,
        head: COLUMN_HEAD,
        rows: columns.slice(0, MOST_COLUMNS).map(columnCells),
      }),
    categories.length > 0 &&
      htmlTable({
        caption: `Categories of ${name} by lift`,
        head: CATEGORY_HEAD.map((text) => (text === 'rows' ? `${described.nouns.row}s` : text)),
        rows: categories.map(categoryCells),
      }),
    memberTable(described, cluster),
  ]
  return { heading: noise ? 'Noise' : `${capitalize(name)}: ${title}`, body: body.filter(Boolean).join('\n') }
}

const capitalize = (text: string) => text.replace(/^cluster /, 'Cluster ')

function ruleBox(cluster: ClusterDescription, { row }: Nouns): string {
  if (!cluster.rule) return ''
  const { text } = cluster.rule
  return `<div class="rule"><p>Rule: <code>${escapeText(text)}</code></p>${paragraph(`${describeRule(cluster.rule, nameOf(cluster), row)}.`, 'dim')}</div>`
}

/** The medoid, typical and odd rows, with their numbers unless they are called otherwise, their identifiers and the cells of the columns that differ most. */
function memberTable({ read, table, nouns }: Described, cluster: ClusterDescription): string {
  const { medoid, typical, odd, columns, categories, noise } = cluster
  const members = [
    ...(medoid === null ? [] : [{ role: 'medoid', row: medoid }]),
    ...typical.map((row) => ({ role: 'typical', row })),
    ...odd.map((row) => ({ role: noise ? 'far from the rest' : 'odd', row })),
  ]
  if (members.length === 0) return ''
  const names = [...new Set([...columns, ...categories].map(({ name }) => name)), ...Object.keys(table.categories)]
  const shown = [...new Set(names)].slice(0, MOST_CELLS)
  const cells = shown.map((name) => read.columns.find((column) => column.name === name)!)
  const isNumbered = nouns.row === 'row'
  const caption = isNumbered
    ? `Rows of ${nameOf(cluster)}, as they are in the table`
    : `Typical and odd ${nouns.row}s of ${nameOf(cluster)}`
  return htmlTable({
    caption,
    head: ['member', ...(isNumbered ? ['row'] : []), ...table.ids.map(({ name }) => name), ...shown],
    rows: members.map(({ role, row }) => {
      const place = table.rows[row]
      return [
        role,
        ...(isNumbered ? [String(place + 1)] : []),
        ...table.ids.map(({ values }) => values[place]),
        ...cells.map((column) => cellText(read, column, place)),
      ]
    }),
  })
}

/** What the words of the page mean. */
export function glossary({ table, nouns: { row, cluster } }: Described): PageSection {
  const terms: [string, string][] = [
    [
      'difference',
      `The mean of the ${cluster} less that of all other ${row}s, in pooled standard deviations (Hedges’ g): 0.2 is small, 0.5 medium, 0.8 large, 2 huge.`,
    ],
    [
      'dominance',
      `Cliff’s delta: the probability that a ${row} of the ${cluster} has a larger value than another ${row}, less that of a smaller one; from −1 to 1. Neither skew nor outliers change it.`,
    ],
    [
      'high, low',
      'A difference of at least 0.8, or a dominance of at least 0.47; very: a difference of at least 2; rather: at least 0.5. Medium: the same mean, but at most half the spread; varied: at least twice the spread.',
    ],
    [
      'rule',
      `The conditions on the way to one node of a decision tree, which is grown for this ${cluster} against all other ${row}s. The shares on ${row}s held out are those to expect of new ${row}s: the tree is grown five times without a fifth of the ${row}s, and tried on these.`,
    ],
    [
      'medoid, typical, odd',
      `The ${row} in the middle of its ${cluster}, ${row}s near it and ${row}s far from it, by distance in columns scaled to standard deviation 1.`,
    ],
  ]
  if (Object.keys(table.categories).length > 0) {
    terms.push([
      'lift',
      `How many times more ${row}s of the ${cluster} have the value than its share of all ${row}s lets expect.`,
    ])
  }
  const items = terms.map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`)
  return { heading: 'Words', body: `<dl>${items.join('')}</dl>` }
}
