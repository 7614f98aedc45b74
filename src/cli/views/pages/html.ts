import { escapeText } from '../../../io/svg.js'

/** HTML of pieces of a page. Texts are escaped; what is called HTML is not. The HTML is well-formed XML, too. */

export const paragraph = (text: string, className = '') =>
  `<p${className && ` class="${className}"`}>${escapeText(text)}</p>`

export interface HtmlTable {
  caption: string
  /** Names of the columns. */
  head: readonly string[]
  /** Cells as texts; the first of each row names it. Numbers are aligned to the right. */
  rows: readonly (readonly (string | number)[])[]
  /** Classes of rows, if any. */
  rowClass?: (row: number) => string
}

/** A table, which scrolls where it is wider than the page. */
export function htmlTable({ caption, head, rows, rowClass }: HtmlTable): string {
  const isNumeric = head.map((_, column) => rows.length > 0 && rows.every((row) => looksNumeric(row[column])))
  const align = (column: number) => (isNumeric[column] ? ' class="number"' : '')
  const names = head.map((name, column) => `<th scope="col"${align(column)}>${escapeText(name)}</th>`)
  const lines = rows.map((row, at) => {
    const cells = row.map((cell, column) => {
      const text = escapeText(typeof cell === 'number' ? String(cell) : cell)
      return column === 0 ? `<th scope="row"${align(0)}>${text}</th>` : `<td${align(column)}>${text}</td>`
    })
    const named = rowClass?.(at)
    return `<tr${named ? ` class="${named}"` : ''}>${cells.join('')}</tr>`
  })
  return `<section class="wide" tabindex="0" aria-label="${escapeText(caption)}"><table>
<caption>${escapeText(caption)}</caption>
<thead><tr>${names.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></section>`
}

const looksNumeric = (cell: string | number) =>
  typeof cell === 'number' || /^[−+-]?(\d[\d,]*)?\.?\d+(e[+-]?\d+)?( %)?$|^–?$|^\S+ to \S+$/.test(cell)

/** A picture with its caption; `body` is HTML. */
export function htmlFigure(caption: string, body: string): string {
  return `<figure>
<div class="wide" tabindex="0" role="group" aria-label="${escapeText(caption)}">${body}</div>
<figcaption>${escapeText(caption)}</figcaption>
</figure>`
}
