/** Names of the criteria in sentences, in the order in which they break ties. */
const NAMES = { gap: 'the gap', silhouette: 'the silhouette', bic: 'the BIC', elbow: 'the elbow' } as const

type Choices = Partial<Record<keyof typeof NAMES, number | null>>

/** The criteria that choose each number: the numbers of most criteria first, and of those the one that breaks the tie. */
function votesOf(choices: Choices): [k: number, criteria: string[]][] {
  const votes = new Map<number, string[]>()
  for (const criterion of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const k = choices[criterion]
    if (k !== null && k !== undefined) votes.set(k, [...(votes.get(k) ?? []), NAMES[criterion]])
  }
  return [...votes].sort(([, a], [, b]) => b.length - a.length)
}

/** The number that most criteria choose; null where none does. */
export function choiceOf(choices: Choices): number | null {
  return votesOf(choices)[0]?.[0] ?? null
}

/** A sentence on the choice of each criterion. */
export function summaryOf(k: number | null, choices: Choices): string {
  const votes = votesOf(choices)
  const silent = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((name) => choices[name] === null)
  const parts = votes.map(([k, criteria]) => `${listOf(criteria)} ${criteria.length > 1 ? 'choose' : 'chooses'} ${k}`)
  if (silent.length > 0) {
    const names = listOf(silent.map((name) => NAMES[name]))
    parts.push(`${names} ${silent.length > 1 ? 'choose' : 'chooses'} none`)
  }
  const head = k === null ? 'No number of clusters stands out' : `${k} ${k === 1 ? 'cluster' : 'clusters'}`
  return `${head}: ${parts.join('; ')}.`
}

const listOf = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`
