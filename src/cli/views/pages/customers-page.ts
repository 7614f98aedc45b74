import { basename } from 'node:path'
import type { CustomerSegments } from 'lloyd'
import { formatQuantity } from '../../numbers.js'
import type { TakenCustomers } from '../../tables/customers.js'
import type { TableOptions } from '../../tables/table-job.js'
import { describeColumnRule, headingOf } from '../customers.js'
import { formatPercent } from '../describe.js'
import { describedPage } from './described-page.js'
import { htmlTable, paragraph } from './html.js'

const formatMedian = (value: number) => value.toLocaleString('en', { maximumSignificantDigits: 6 })

const NAMES =
  'The names are usual ones. They follow from the last column alone: each customer of a segment is compared with each of the others, and what is said there is true of clearly more such pairs than its contrary (Cliff’s delta beyond ±0.33).'

/** The page of `lloyd customers`: segments and how they were found, then the page of their description. */
export async function customersPage(
  path: string,
  { customers, read, table, source, remarks }: TakenCustomers,
  { labels, segments, choice, rules }: CustomerSegments,
  { backend, signal }: { backend: TableOptions['backend']; signal: AbortSignal },
): Promise<string> {
  const headings = segments.map(headingOf)
  const hasMedians = source.rows === 'purchases'
  const clusters = segments.map((segment, at) => ({ ...segment, label: headings[at] }))
  const described = { path, read, table: { ...table, labels: Array.from(labels, (label) => headings[label]) } }
  const found = {
    heading: 'Segments',
    body:
      htmlTable({
        caption:
          source.asOf === undefined
            ? 'Segments by their size, and what sets them apart'
            : `Segments by their size, and the median of each column over their customers: days from the last order to ${source.asOf}, number of orders, and sum of amounts (${source.columns?.amount.join(' × ')}), returned goods subtracted`,
        head: [
          'segment',
          'customers',
          'share',
          ...(hasMedians ? customers.names : ['what sets them apart']),
          'why this name',
        ],
        rows: segments.map(({ size, share, because, title, columns }, at) => [
          headings[at],
          size,
          formatPercent(share),
          ...(hasMedians
            ? customers.names.map((name) => formatMedian(columns.find((column) => column.name === name)!.median))
            : [title]),
          because ?? 'numbered by size',
        ]),
      }) +
      (hasMedians ? paragraph(NAMES, 'dim') : '') +
      paragraph(`The number of segments, ${choice.k}: ${choice.reason}.`, 'dim'),
  }
  const compared = {
    heading: 'How customers are compared',
    body: htmlTable({
      caption:
        'What was made of each column before distances were measured; figures on this page are in its own units, where they are not called standard deviations',
      head: ['column', 'rule'],
      rows: rules.map((rule) => [rule.name, describeColumnRule(rule)]),
    }),
  }
  const told = {
    heading: 'How the table was read',
    body: `<ul>${remarks.map((text) => `<li>${paragraph(text)}</li>`).join('')}</ul>`,
  }
  const since = source.asOf === undefined ? '' : `, as of ${source.asOf}`
  return await describedPage(
    { ...described, labels: 'lloyd customers', clusters, nouns: { row: 'customer', cluster: 'segment' } },
    { standardize: true, backend },
    signal,
    {
      title: `Customers of ${basename(path)}`,
      summary: `${formatQuantity(customers.ids.length, 'customer')} in ${segments.length === 1 ? 'one segment' : `${segments.length} segments`}${since}.`,
      sections: [found, compared, told],
    },
  )
}
