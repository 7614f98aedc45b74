import { formatShare } from '../../evaluation/description/numbers.js'
import type { Matrix } from '../../types.js'
import { LEAST_SHARE, type PersonFeatures, type SegmentName, segmentNames } from './names.js'
import { USER_FEATURES, type UserFeature } from './users.js'

/** Most typical people that are named. */
const TYPICAL = 5

/** A segment of people. Plain data. */
export interface BehaviorSegment {
  /** In words: one of the known names, or a plain description. */
  name: string
  size: number
  /** Share of all people. */
  share: number
  /** The median of each feature over its people. */
  medians: Record<UserFeature, number>
  /** The median person in a sentence. */
  sentence: string
  /** The condition that the name stands for; null for a plain description. */
  rule: SegmentRule | null
  /** Rows of the people nearest to its centroid, the nearest first. */
  typical: number[]
}

/** A condition on people that anybody can check. Plain data. */
export interface SegmentRule {
  condition: string
  /** Number of people of the segment who meet it, and of the others. */
  met: number
  metByOthers: number
}

/** A known name, and who meets its condition. Plain data. */
export interface KnownName {
  name: string
  condition: string
  /** Number of people of each segment who meet it. */
  met: number[]
}

/** Describes segments of people by their features. `points` and `centroids` are those that were clustered. */
export function describeSegments(
  features: Matrix,
  labels: Uint32Array,
  { points, centroids, days }: { points: Matrix; centroids: Matrix; days: number },
): { segments: BehaviorSegment[]; names: KnownName[] } {
  const members: number[][] = Array.from({ length: centroids.rows }, () => [])
  for (let person = 0; person < labels.length; person++) members[labels[person]].push(person)
  const names = segmentNames()
  const met = names.map((name) => countMet(name, features, labels, { count: centroids.rows, days }))
  const segments = members.map((people, segment): BehaviorSegment => {
    const medians = mediansOf(features, people)
    const found = bestName(met, segment, people.length)
    const rule = found && ruleOf(names[found.at], met[found.at], segment)
    return {
      name: found ? names[found.at].name : plainName(medians),
      size: people.length,
      share: people.length / labels.length,
      medians,
      sentence: sentenceOf(medians, days),
      rule,
      typical: nearestTo(points, people, centroids, segment),
    }
  })
  distinguish(segments)
  return { segments, names: names.map(({ name, condition }, at) => ({ name, condition, met: met[at] })) }
}

/** The number of people of each segment who meet a condition. */
function countMet(
  name: SegmentName,
  { data, rows, columns }: Matrix,
  labels: Uint32Array,
  { count, days }: { count: number; days: number },
): number[] {
  const counts = new Array<number>(count).fill(0)
  for (let person = 0; person < rows; person++) {
    if (name.fits(featuresOf(data.subarray(person * columns, (person + 1) * columns)), days)) counts[labels[person]]++
  }
  return counts
}

function featuresOf(row: ArrayLike<number>): PersonFeatures {
  const features = {} as Record<UserFeature, number>
  for (let column = 0; column < USER_FEATURES.length; column++) features[USER_FEATURES[column]] = row[column]
  return features
}

function bestName(met: readonly number[][], segment: number, size: number): { at: number } | null {
  let best = -1
  for (let at = 0; at < met.length; at++) {
    if (met[at][segment] < LEAST_SHARE * size || met[at][segment] === 0) continue
    if (best < 0 || met[at][segment] > met[best][segment]) best = at
  }
  return best < 0 ? null : { at: best }
}

function ruleOf({ condition }: SegmentName, met: readonly number[], segment: number): SegmentRule {
  const all = met.reduce((sum, count) => sum + count, 0)
  return { condition, met: met[segment], metByOthers: all - met[segment] }
}

function mediansOf({ data, columns }: Matrix, people: readonly number[]): Record<UserFeature, number> {
  return featuresOf(
    USER_FEATURES.map((_, column) => medianOf(Float64Array.from(people, (person) => data[person * columns + column]))),
  ) as Record<UserFeature, number>
}

function medianOf(values: Float64Array): number {
  if (values.length === 0) return 0
  values.sort()
  const half = values.length >> 1
  return values.length % 2 ? values[half] : (values[half - 1] + values[half]) / 2
}

const counted = (count: number) => Math.round(count).toLocaleString('en')
const daysOf = (count: number) => `${counted(count)} ${Math.round(count) === 1 ? 'day' : 'days'}`

const plainName = (medians: Record<UserFeature, number>) =>
  `active on ${formatShare(medians['active days'])} of days, ${counted(medians['steps of active days'])} steps`

function sentenceOf(medians: Record<UserFeature, number>, days: number): string {
  const quarters = USER_FEATURES.slice(1, 5).map((name) => Math.round(100 * medians[name]))
  const breaks = Math.round(medians['long breaks'])
  return (
    `The median person is active on ${formatShare(medians['active days'])} of ${daysOf(days)} ` +
    `(${quarters.join(', ')} % in the four quarters of that time) and walks ${counted(medians['steps of active days'])} steps ` +
    `on an active day, ${formatShare(medians['weekend share'])} of all steps at weekends and ${medians.growth.toFixed(2)} times as ` +
    `many on late active days as on early ones. The longest streak has ${daysOf(medians['longest streak'])}, the longest ` +
    `break ${daysOf(medians['longest break'])}, and ` +
    `${breaks === 0 ? 'no break' : breaks === 1 ? 'one break' : `${breaks} breaks`} of a week or longer ended with a return.`
  )
}

/** The people nearest to the centroid of their segment. */
function nearestTo({ data, columns }: Matrix, people: readonly number[], centroids: Matrix, segment: number): number[] {
  const distances = Float64Array.from(people, (person) => {
    let sum = 0
    for (let column = 0; column < columns; column++) {
      sum += (data[person * columns + column] - centroids.data[segment * columns + column]) ** 2
    }
    return sum
  })
  const order = Uint32Array.from(people.keys()).sort((a, b) => distances[a] - distances[b] || a - b)
  return Array.from(order.subarray(0, TYPICAL), (at) => people[at])
}

/** Features that tell segments of one name apart, and how they are said. */
const TELLING: readonly { feature: UserFeature; scale: number; say: (value: number) => string }[] = [
  { feature: 'active days', scale: 0.2, say: (value) => `active on ${formatShare(value)} of days` },
  { feature: 'steps of active days', scale: 3000, say: (value) => `${counted(value)} steps` },
  { feature: 'growth', scale: 0.5, say: (value) => `${value.toFixed(2)} times the steps late` },
  { feature: 'weekend share', scale: 0.2, say: (value) => `${formatShare(value)} of steps at weekends` },
  { feature: 'longest break', scale: 30, say: (value) => `longest break ${counted(value)} days` },
]

/** Adds to names that occur more than once what tells their segments apart the most. */
function distinguish(segments: readonly BehaviorSegment[]): void {
  for (const name of new Set(segments.map((segment) => segment.name))) {
    const alike = segments.filter((segment) => segment.name === name)
    if (alike.length === 1) continue
    const spread = ({ feature, scale }: (typeof TELLING)[number]) => {
      const values = alike.map(({ medians }) => medians[feature])
      return (Math.max(...values) - Math.min(...values)) / scale
    }
    const telling = TELLING.reduce((best, each) => (spread(each) > spread(best) ? each : best))
    for (const segment of alike) segment.name = `${name} (${telling.say(segment.medians[telling.feature])})`
  }
}
