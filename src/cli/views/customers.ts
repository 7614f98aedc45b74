import type { ColumnRule, CustomerSegments } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { describeRule, formatPercent } from './describe.js'
import { formatValue } from './summary.js'

/** What was made of a column to compare customers, in words. */
export function describeColumnRule(rule: ColumnRule): string {
  switch (rule.kind) {
    case 'linear':
      return `as it is (skewness ${rule.skewness.toFixed(2)}), divided by its standard deviation, ${formatValue(rule.scale)}`
    case 'asinh':
      return (
        `skewed (${rule.skewness.toFixed(2)}), so asinh(x / ${formatValue(rule.unit)}), ` +
        `a logarithm beyond the median; divided by its standard deviation, ${formatValue(rule.scale)}`
      )
    case 'categories':
      return (
        `a column of 0 and 1 for each of ${rule.values.join(', ')}, divided by ${formatValue(rule.scale)}` +
        (rule.others.length > 0 ? `; others: ${rule.others.join(', ')}` : '')
      )
    case 'left out':
      return `does not count: ${rule.reason}`
  }
}

/** The segments, for a person. */
export function formatSegments({ segments, choice, rules }: CustomerSegments): string {
  const lines = [
    `customers are compared by`,
    ...rules.map((rule) => `  ${rule.name}: ${describeColumnRule(rule)}`),
    `\nsegments: ${choice.k} (${choice.reason})`,
  ]
  for (const { label, name, because, size, share, sentence, rule } of segments) {
    lines.push(`  ${label}  ${name}: ${formatQuantity(size, 'customer')}, ${formatPercent(share)}`)
    if (because !== null) lines.push(`       ${because}`)
    lines.push(`       ${sentence}`)
    if (rule) lines.push(`       rule: ${rule.text}`, `       ${describeRule(rule, 'the segment', 'customer')}`)
  }
  return lines.join('\n')
}

/** The heading of a segment: its name, with its number where the name is a title. */
export const headingOf = ({ label, name, because }: CustomerSegments['segments'][number]) =>
  because === null ? `segment ${label}` : name
