import { formatShare } from './numbers.js'
import { LARGE, MEDIUM, type Trait } from './traits.js'

/** Traits in a title and a sentence, and most where titles would be the same. */
const TOLD = 3
const MOST_TOLD = 8

export interface Words {
  title: string
  sentence: string
}

/** What rows and clusters are called, in the singular; s makes the plural. */
export interface Nouns {
  row: string
  cluster: string
}

/** A cluster to put into words. */
export interface Wordless {
  size: number
  share: number
  noise: boolean
  traits: readonly Trait[]
}

/**
 * A title and a sentence for each cluster from its strongest traits: those with a large difference, or if it has none,
 * with a medium one. Clusters whose titles say the same get more traits, as far as they have any.
 */
export function nameClusters(clusters: readonly Wordless[], nouns: Nouns): Words[] {
  const told = clusters.map(({ traits }) => {
    const large = traits.filter(({ strength }) => strength >= LARGE)
    return Math.min(TOLD, large.length || traits.filter(({ strength }) => strength >= MEDIUM).length)
  })
  for (let most = TOLD; most < MOST_TOLD; most++) {
    // In any order.
    const titles = clusters.map((cluster, at) => titleOf(cluster, told[at], nouns).split(', ').sort().join())
    const shared = titles.map((title) => titles.filter((other) => other === title).length > 1)
    if (!shared.includes(true)) break
    for (const [at, { traits }] of clusters.entries()) if (shared[at]) told[at] = Math.min(traits.length, told[at] + 1)
  }
  return clusters.map((cluster, at) => ({
    title: titleOf(cluster, told[at], nouns),
    sentence: sentenceOf(cluster, told[at], nouns),
  }))
}

function titleOf({ noise, share, traits }: Wordless, told: number, { row }: Nouns): string {
  if (noise) return 'noise'
  if (share === 1) return `all ${row}s`
  if (told === 0) return 'like the rest'
  return traits
    .slice(0, told)
    .map(({ words }) => words)
    .join(', ')
}

function sentenceOf({ noise, size, share, traits }: Wordless, told: number, { row, cluster }: Nouns): string {
  const rows = `${size === 1 ? `One ${row}` : `${new Intl.NumberFormat('en').format(size)} ${row}s`} (${formatShare(share)})`
  if (noise) return `${rows} in no ${cluster}.`
  if (share === 1) return `All ${row}s: there is nothing to compare them with.`
  if (told === 0) return `${rows} that differ from the rest in no column by half a standard deviation.`
  const parts = traits.slice(0, told).map(({ words, figures }) => `${words} (${figures})`)
  return `${rows} with ${parts.join(', ')}.`
}
