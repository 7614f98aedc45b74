import { formatShare } from '../../evaluation/description/numbers.js'
import { WEEKDAYS, WEEKEND } from './sequences.js'
import { LONG_BREAK } from './streaks.js'
import type { UserFeature } from './users.js'

/** The features of one person, by name. */
export type PersonFeatures = Readonly<Record<UserFeature, number>>

/** A name of segments, and the condition on a person that it stands for. */
export interface SegmentName {
  name: string
  /** In words. */
  condition: string
  fits(person: PersonFeatures, days: number): boolean
}

/** Least share of the people of a segment who meet the condition of its name. */
export const LEAST_SHARE = 0.5
const STOPPED = 0.1
const STARTED = 0.3
const RUNNING = 0.6
const STEADY = 0.75
const GROWTH = 1.3
/** Days a long break: of fewer days there is at least one. */
const DAYS_A_BREAK = 75

/**
 * The names after Lim, Kay and Liu (IMWUT 2019) and their like. Of the names whose condition at least half of the people
 * of a segment meet, the one that most of them meet counts; of equals the first.
 */
export const segmentNames = (): readonly SegmentName[] => [
  {
    name: 'hardly active',
    condition: `active on at most ${formatShare(STOPPED)} of all days`,
    fits: (person) => person['active days'] <= STOPPED,
  },
  {
    name: 'quitter',
    condition: `active on at least ${formatShare(STARTED)} of the days of the first quarter and at most ${formatShare(STOPPED)} of those of the last`,
    fits: (person) => person['active days, 1st quarter'] >= STARTED && person['active days, 4th quarter'] <= STOPPED,
  },
  {
    name: 'slow starter',
    condition: `active on at most ${formatShare(STARTED)} of the days of the first quarter and at least ${formatShare(RUNNING)} of those of the last`,
    fits: (person) => person['active days, 1st quarter'] <= STARTED && person['active days, 4th quarter'] >= RUNNING,
  },
  {
    name: 'weekend walker',
    condition: `walking at least ${formatShare(WEEKEND)} of the steps on Saturdays and Sundays (even: 29 %)`,
    fits: (person) => person['weekend share'] >= WEEKEND,
  },
  {
    name: 'weekday walker',
    condition: `walking at most ${formatShare(WEEKDAYS)} of the steps on Saturdays and Sundays (even: 29 %)`,
    fits: (person) => person['active days'] > STOPPED && person['weekend share'] <= WEEKDAYS,
  },
  {
    name: 'hop-on hop-off',
    condition: `back from two or more breaks of ${LONG_BREAK} days or longer, at least one for every ${DAYS_A_BREAK} days of the table`,
    fits: (person, days) => person['long breaks'] >= Math.max(2, days / DAYS_A_BREAK),
  },
  {
    name: 'enthusiast',
    condition: `active on at least ${formatShare(RUNNING)} of all days, and growing: at least ${GROWTH} times as many steps on the last third of active days as on the first`,
    fits: (person) => person['active days'] >= RUNNING && person.growth >= GROWTH,
  },
  {
    name: 'fading walker',
    condition: `active on at least ${formatShare(RUNNING)} of all days, and falling: at least ${GROWTH} times as many steps on the first third of active days as on the last`,
    fits: (person) => person['active days'] >= RUNNING && person.growth <= 1 / GROWTH,
  },
  {
    name: 'steady walker',
    condition: `active on at least ${formatShare(STEADY)} of the days of every quarter, and neither growing nor falling: neither the first nor the last third of active days has ${GROWTH} times the steps of the other`,
    fits: (person) =>
      person['active days, 1st quarter'] >= STEADY &&
      person['active days, 2nd quarter'] >= STEADY &&
      person['active days, 3rd quarter'] >= STEADY &&
      person['active days, 4th quarter'] >= STEADY &&
      person.growth < GROWTH &&
      person.growth > 1 / GROWTH,
  },
]
