import type { ClusteredImages, ClusterRule } from 'lloyd'
import { formatQuantity } from '../numbers.js'
import { formatPercent } from './describe.js'

/** Most files that are listed of a cluster; the page, the table and the JSON have all. */
const LISTED = 5

/** What a rule promises, in words. */
export const describePhotoRule = ({ precision, recall }: ClusterRule) =>
  `true of ${formatPercent(recall)} of these photographs; ${formatPercent(precision)} of those it is true of are these`

/** The clusters, for a person. */
export function formatClusters({ clusters, choice }: ClusteredImages, files: readonly string[]): string {
  const lines = [`clusters (${choice.reason.replace(/\.$/, '')})`]
  for (const { label, name, size, share, sentence, rule, images } of clusters) {
    lines.push(`  ${label}  ${name}: ${formatQuantity(size, 'photograph')}, ${formatPercent(share)}`)
    if (clusters.length > 1) lines.push(`       ${sentence}`)
    if (rule) lines.push(`       rule: ${rule.text}`, `       ${describePhotoRule(rule)}`)
    const shown = images.slice(0, LISTED).map((image) => files[image])
    const more = size > LISTED ? ` and ${formatQuantity(size - LISTED, 'other')}` : ''
    lines.push(`       most typical first: ${shown.join(', ')}${more}`)
  }
  return lines.join('\n')
}
