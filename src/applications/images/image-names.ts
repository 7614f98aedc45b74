import type { ClusterDescription } from '../../evaluation/description/description.js'
import { COLOR_TERMS } from './color-terms.js'

/** Mean lightness below which images are called dark, and above which light. */
const DARK = 35
const LIGHT = 70
/** Mean share from which images are called mostly of a colour, and colours are named that make up as much together. */
const MOSTLY = 50
/** Mean shares from which colours are named, the first that tells clusters apart. */
const NAMED = [15, 8, 4]
const MOST_NAMED = 3

/**
 * A name for each cluster from the means of its images, whatever the other clusters are: `dark, mostly blue`. Clusters of
 * one name get more colours, as far as they have them, and then a number.
 */
export function nameImageClusters(clusters: readonly ClusterDescription[]): string[] {
  const names = clusters.map((cluster) => nameOf(cluster, NAMED[0]))
  for (const least of NAMED.slice(1)) {
    const shared = names.map((name) => names.filter((other) => other === name).length > 1)
    for (const [at, cluster] of clusters.entries()) if (shared[at]) names[at] = nameOf(cluster, least)
  }
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length
    return before === 0 ? name : `${name} (${before + 1})`
  })
}

function nameOf({ columns }: ClusterDescription, least: number): string {
  const meanOf = (name: string) => columns.find((column) => column.name === name)!.mean
  const lightness = meanOf('lightness')
  const tone = lightness < DARK ? ['dark'] : lightness > LIGHT ? ['light'] : []
  const found = COLOR_TERMS.map((term) => ({ term, share: meanOf(`share of ${term}`) }))
    .filter(({ share }) => share >= least)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST_NAMED)
  const terms = found.map(({ term }) => term)
  const named = found.reduce((sum, { share }) => sum + share, 0)
  return [...tone, colorsOf(named < MOSTLY ? [...terms, 'other colours'] : terms, found[0]?.share >= MOSTLY)].join(', ')
}

function colorsOf([first, ...others]: readonly string[], isMost: boolean): string {
  if (first === 'other colours') return 'of many colours'
  if (isMost) return others.length === 0 ? `mostly ${first}` : `mostly ${first}, some ${listOf(others)}`
  return listOf([first, ...others])
}

const listOf = (words: readonly string[]) =>
  words.length === 1 ? words[0] : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`
