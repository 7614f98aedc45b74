import type { CategoryDescription, ColumnDescription } from './description.js'
import { formatNumbers, formatShare } from './numbers.js'

/** What sets a cluster apart in a column. */
export interface Trait {
  /** The column, of which one trait is told. */
  name: string
  /** In pooled standard deviations, or measures with the same limits: 0.2 is small, 0.5 medium, 0.8 large (J. Cohen, 1988). */
  strength: number
  /** `high steps`, and the figures: `9,800 against 4,200`. */
  words: string
  figures: string
}

/** From here on a difference is told, or where there is none, from the lesser one on. */
export const LARGE = 0.8
export const MEDIUM = 0.5
/** A difference called very high or low: huge, by S. Sawilowsky, "New effect size rules of thumb", 2009. */
const HUGE = 2
/** Limits of Cliff's delta for the same words (J. Romano et al., 2006). */
const DOMINANCE = { small: 0.147, medium: 0.33, large: 0.474 }
/** Deviations of a cluster and the rest are told where one is at least this multiple of the other. */
const SPREAD = 2

/** Standard errors that a difference must exceed to be told: chance alone exceeds them once in 20 times. */
const CHANCE = 1.96

/** Numbers of rows of a cluster and of the rest. */
export interface Sizes {
  own: number
  rest: number
}

/** A value, and the numbers of rows of the cluster and of the rest that have any in its column. */
export interface CountedCategory extends CategoryDescription, Sizes {}

/** Everything that sets a cluster apart from the rest, strongest first. */
export function listTraits(
  columns: readonly ColumnDescription[],
  categories: readonly CountedCategory[],
  sizes: Sizes,
  isIndicator: (column: number) => boolean,
): Trait[] {
  // The standard error of both d and h, as far as the samples' sizes decide it.
  const sureOf =
    ({ own, rest }: Sizes) =>
    ({ strength }: Trait) =>
      strength * Math.sqrt((own * rest) / (own + rest)) > CHANCE
  const isSure = sureOf(sizes)
  const ofColumns = columns.flatMap((column) => {
    if (isIndicator(column.column)) return shareTrait(column).filter(isSure)
    const location = locationTrait(column)
    return location ? [location].filter(isSure) : spreadTrait(column, sizes.own)
  })
  // What most rows have no value for is not told of the cluster.
  const ofCategories = categories
    .filter(({ own }) => 2 * own >= sizes.own)
    .flatMap((category) => categoryTrait(category).filter(sureOf(category)))
    .sort(byStrength)
  // One value of each categorical column: the strongest of those that are more frequent, if there are any.
  const first = ofCategories.filter(
    ({ name, isMore }, at) =>
      !ofCategories.some(
        (other, place) => other.name === name && (other.isMore === isMore ? place < at : other.isMore),
      ),
  )
  return [...ofColumns, ...first].sort(byStrength)
}

const byStrength = (a: Trait, b: Trait) => b.strength - a.strength

function locationTrait({ name, difference, dominance, rest, ...own }: ColumnDescription): Trait | null {
  if (!rest) return null
  const agree = difference * dominance > 0 && Math.abs(dominance) >= DOMINANCE.small
  const ofMeans = agree ? Math.abs(difference) : 0
  const ofRanks = Math.abs(dominance) >= DOMINANCE.large ? LARGE : Math.abs(dominance) >= DOMINANCE.medium ? MEDIUM : 0
  const strength = Math.max(ofMeans, ofRanks)
  if (strength < MEDIUM) return null
  const degree = strength >= HUGE ? 'very ' : strength < LARGE ? 'rather ' : ''
  const words = `${degree}${dominance > 0 ? 'high' : 'low'} ${name}`
  // Of columns in which outliers move the means, medians.
  const byMedian = ofMeans < ofRanks
  const [here, there] = byMedian ? [own.median, rest.median] : [own.mean, rest.mean]
  const [a, b] = formatNumbers(here, there)
  return { name, strength, words, figures: `${byMedian ? 'median ' : ''}${a} against ${b}` }
}

/** A column whose values are closer together, or wider apart, than those of the rest. */
function spreadTrait({ name, rest, deviation, quartiles }: ColumnDescription, rows: number): Trait[] {
  if (!rest || rest.deviation === 0 || rows < 2) return []
  const ratio = deviation / rest.deviation
  const isNarrow = ratio <= 1 / SPREAD
  if (!isNarrow && ratio < SPREAD) return []
  // The standard error of the logarithm of a deviation.
  if (Math.abs(Math.log(ratio)) * Math.sqrt(2 * (rows - 1)) <= CHANCE) return []
  const strength = LARGE * Math.min(2, Math.abs(Math.log2(Math.max(ratio, 1 / 4))))
  const [from, to] = formatNumbers(...quartiles)
  const [low, high] = formatNumbers(...rest.quartiles)
  const words = `${isNarrow ? 'medium' : 'varied'} ${name}`
  return [{ name, strength, words, figures: `half of them ${from} to ${to}, of the rest ${low} to ${high}` }]
}

interface ShareTrait extends Trait {
  isMore: boolean
}

function shareTrait({ name, mean, rest }: ColumnDescription): ShareTrait[] {
  return rest ? shareTraits(name, name, mean, rest.mean) : []
}

function categoryTrait({ name, value, share, restShare }: CountedCategory): ShareTrait[] {
  return restShare === null ? [] : shareTraits(name, `${name} ${value}`, share, restShare)
}

/** The difference of two shares by Cohen's h. */
function shareTraits(name: string, what: string, share: number, rest: number): ShareTrait[] {
  const effect = 2 * (Math.asin(Math.sqrt(Math.min(1, share))) - Math.asin(Math.sqrt(Math.min(1, rest))))
  const strength = Math.abs(effect)
  if (strength < MEDIUM) return []
  const more = share > 0.5 ? (share === 1 ? 'all' : 'mostly') : 'more often'
  const less = share >= 0.5 ? 'less often' : share === 0 ? 'no' : share < 0.1 ? 'hardly any' : 'rarely'
  const figures = `${formatShare(share)} against ${formatShare(rest)}`
  return [{ name, strength, words: `${effect > 0 ? more : less} ${what}`, figures, isMore: effect > 0 }]
}
