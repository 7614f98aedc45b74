import { basename } from 'node:path'
import type { CustomerSegments } from 'lloyd'
import { formatQuantity } from '../../numbers.js'
import type { TakenCustomers } from '../../tables/customers.js'
import type { TableOptions } from '../../tables/table-job.js'
import { describeColumnRule, headingOf } from '../customers.js'
import { formatPercent } from '../describe.js'
import { describedPage } from './described-page.js'
import { htmlTable, paragraph } from './html.js'

/** The page of `lloyd customers`: segments and how they were found, then the page of their description. */
export async function customersPage(
  path: string,
  { customers, read, table, source, remarks }: TakenCustomers,
  { labels, segments, choice, rules }: CustomerSegments,
  { backend, signal }: { backend: TableOptions['backend']; signal: AbortSignal },
): Promise<string> {
  const headings = segments.map(headingOf)
  const clusters = segments.map((segment, at) => ({ ...segment, label: headings[at] }))
  const described = { path, read, table: { ...table, labels: Array.from(labels, (label) => headings[label]) } }
  const found = {
    heading: 'Segments',
    body:
      paragraph(`The number of segments: ${choice.reason}`) +
      htmlTable({
        caption: 'Segments, and why they are called so',
        head: ['segment', 'customers', 'share', 'why', 'what sets them apart'],
        rows: segments.map(({ size, share, because, title }, at) => [
          headings[at],
          size,
          formatPercent(share),
          because ?? 'by its columns',
          title,
        ]),
      }),
  }
  const compared = {
    heading: 'How customers are compared',
    body: htmlTable({
      caption:
        'What was made of each column before distances were measured; all figures on this page are in its own units',
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
    { ...described, labels: 'lloyd customers', clusters },
    { standardize: true, backend },
    signal,
    {
      title: `Customers of ${basename(path)}`,
      summary: `${formatQuantity(customers.ids.length, 'customer')} in ${segments.length === 1 ? 'one segment' : `${segments.length} segments`}${since}.`,
      sections: [found, compared, told],
    },
  )
}
