/** Made step counts with planted kinds of people, whom a segmentation should find again. */
import type { DayCounts } from 'lloyd'
import { seededRandom } from '../../oracle/random'

type Random = () => number

const integerFrom = (random: Random, from: number, to: number) => from + Math.floor(random() * (to - from + 1))

/** A standard normal number (Box and Muller). */
const normalFrom = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** The kinds, and the shares of people who are of them. */
export const KINDS = {
  'steady walker': 0.2,
  'weekend walker': 0.11,
  'weekday walker': 0.15,
  'slow starter': 0.12,
  'hop-on hop-off': 0.13,
  quitter: 0.14,
  enthusiast: 0.11,
  /** No kind: a new habit every few weeks. */
  other: 0.04,
} as const
export type Kind = keyof typeof KINDS
export const kinds = Object.keys(KINDS) as Kind[]

/** A person's probability of an active day, and the factor of the steps on it. */
type Habit = (day: number, weekday: number) => { active: number; factor: number }

/** The habit of a person of a kind over `days`. Everybody differs a little. */
function habitOf(kind: Kind, days: number, random: Random): Habit {
  const regular = 0.88 + 0.1 * random()
  const rare = 0.02 + 0.1 * random()
  const weekendFactor = 0.8 + 0.4 * random()
  const usual: Habit = (_, weekday) => ({ active: regular, factor: weekday >= 5 ? weekendFactor : 1 })
  const none = { active: 0.01, factor: 0.5 }
  switch (kind) {
    case 'steady walker':
      return usual
    case 'weekend walker':
      return (_, weekday) => ({ active: weekday >= 5 ? regular : rare, factor: weekday >= 5 ? 1 : 0.6 })
    case 'weekday walker':
      return (_, weekday) => ({ active: weekday < 5 ? regular : rare, factor: weekday < 5 ? 1 : 0.6 })
    case 'slow starter': {
      const lapse = integerFrom(random, 0, Math.round(0.04 * days))
      const start = Math.round((0.3 + 0.3 * random()) * days)
      return (day, weekday) => (day < lapse || day >= start ? usual(day, weekday) : none)
    }
    case 'hop-on hop-off': {
      const isOn = new Uint8Array(days)
      let on = random() < 0.5
      for (let day = 0; day < days; on = !on) {
        const length = on ? integerFrom(random, 8, 35) : integerFrom(random, 8, 40)
        isOn.fill(on ? 1 : 0, day, day + length)
        day += length
      }
      return (day, weekday) => (isOn[day] ? usual(day, weekday) : none)
    }
    case 'quitter': {
      const end = Math.round((0.1 + 0.45 * random()) * days)
      return (day, weekday) => (day < end ? usual(day, weekday) : none)
    }
    case 'other': {
      const chances = Array.from({ length: Math.ceil(days / 25) }, () => random())
      return (day, weekday) => ({ ...usual(day, weekday), active: chances[Math.floor(day / 25)] })
    }
    case 'enthusiast': {
      const growth = Math.log(1.8 + 1.5 * random())
      return (day, weekday) => {
        const { active, factor } = usual(day, weekday)
        return { active, factor: factor * Math.exp(growth * (day / days - 0.5)) }
      }
    }
  }
}

/** Steps of `people` over `days` from Monday 2024-01-01, and the kind of each, an index of `kinds`. */
export function plantWalkers(people: number, days: number, seed: number): { days: DayCounts; truth: Uint32Array } {
  const random = seededRandom(seed)
  const truth = new Uint32Array(people)
  const data = new Float32Array(people * days)
  for (let person = 0; person < people; person++) {
    truth[person] = drawKind(random)
    const habit = habitOf(kinds[truth[person]], days, random)
    plantPerson(data.subarray(person * days, (person + 1) * days), habit, random)
  }
  const ids = Array.from({ length: people }, (_, person) => `p${String(person + 1).padStart(6, '0')}`)
  return { days: { ids, firstDay: '2024-01-01', steps: { data, rows: people, columns: days } }, truth }
}

function drawKind(random: Random): number {
  let rest = random()
  for (const [at, share] of Object.values(KINDS).entries()) {
    if (rest < share) return at
    rest -= share
  }
  return 0
}

function plantPerson(row: Float32Array, habit: Habit, random: Random): void {
  const level = 8000 * Math.exp(0.35 * normalFrom(random))
  for (let day = 0; day < row.length; day++) {
    const { active, factor } = habit(day, day % 7)
    if (random() < active) row[day] = Math.round(Math.max(501, level * factor * Math.exp(0.3 * normalFrom(random))))
    else row[day] = random() < 0.4 ? Number.NaN : Math.floor(random() * 501)
  }
}
