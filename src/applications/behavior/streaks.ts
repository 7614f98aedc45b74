/** Lengths at which the classes of streaks begin, in days. */
const ACTIVE_FROM = [1, 2, 4, 8, 15, 29] as const
const BREAK_FROM = [0, 1, 2, 4, 8, 15, 29] as const
/** Days of a break that is long. */
export const LONG_BREAK = 7

/** A streak: consecutive active days, and the break days that follow them. */
export interface Streak {
  /** Day of the table at which it begins, from 0. */
  start: number
  activeDays: number
  /** Break days up to the next active day or the end of the table. */
  breakDays: number
  /** Whether activity follows the break. */
  resumed: boolean
}

/**
 * The streaks of a person: a day is active above `threshold` steps; days without a record are break days. Days before
 * the first active one belong to no streak.
 */
export function streaksOf(steps: ArrayLike<number>, threshold: number): Streak[] {
  const streaks: Streak[] = []
  let current: Streak | null = null
  for (let day = 0; day < steps.length; day++) {
    if (!(steps[day] > threshold)) {
      if (current) current.breakDays++
    } else if (current && current.breakDays === 0) current.activeDays++
    else {
      if (current) current.resumed = true
      current = { start: day, activeDays: 1, breakDays: 0, resumed: false }
      streaks.push(current)
    }
  }
  return streaks
}

/** How many streaks there are of which length. Plain data. */
export interface StreakOverview {
  streaks: number
  /** Lengths at which the classes begin, in days; a class ends before the next. */
  activeFrom: number[]
  /** The same for the break that follows; 0: active up to the last day. */
  breakFrom: number[]
  /** Number of streaks by active days, then by break days. */
  counts: number[][]
  /** Number of breaks of each class that no activity follows. */
  unresumed: number[]
}

export function emptyOverview(): StreakOverview {
  return {
    streaks: 0,
    activeFrom: [...ACTIVE_FROM],
    breakFrom: [...BREAK_FROM],
    counts: ACTIVE_FROM.map(() => BREAK_FROM.map(() => 0)),
    unresumed: BREAK_FROM.map(() => 0),
  }
}

export function addStreaks(overview: StreakOverview, streaks: readonly Streak[]): void {
  overview.streaks += streaks.length
  for (const { activeDays, breakDays, resumed } of streaks) {
    const length = classOf(BREAK_FROM, breakDays)
    overview.counts[classOf(ACTIVE_FROM, activeDays)][length]++
    if (!resumed) overview.unresumed[length]++
  }
}

/** The last class that begins at or below a length. */
function classOf(from: readonly number[], length: number): number {
  let at = from.length - 1
  while (from[at] > length) at--
  return at
}
