/**
 * Segments of people by their steps: node segment-behavior.mjs steps.csv (in Node; columns such as Id, ActivityDate and
 * StepTotal are found by their names).
 *
 * Reads and repairs daily or hourly steps, tells what was repaired, finds patterns of weeks, and lists the segments of
 * people with their names, the conditions that these stand for, and the weeks of a typical person.
 */
import { createEngine, readDays, segmentBehavior, sequenceText } from 'lloyd'

const [table] = process.argv.slice(2)
if (!table) throw new Error('name a table of steps: node segment-behavior.mjs steps.csv')

// Nothing is lost silently: each kind of repair is counted, with examples.
const { days, records, used, repairs } = await readDays(table)
console.log(`${used} of ${records} records are used`)
for (const { count, found, done } of repairs) console.log(`  ${count} ${found}: ${done}`)

// A day is active above 500 steps. The numbers of patterns and segments are chosen, unless they are given.
const engine = await createEngine()
const { patterns, sequences, segments, users } = await segmentBehavior(engine, days, { activeAbove: 500 })
engine.destroy()

for (const { letter, name, weeks } of patterns) console.log(`pattern ${letter}, ${weeks} weeks: ${name}`)
for (const { name, size, sentence, rule, typical } of segments) {
  console.log(`\n${name}, ${size} people\n  ${sentence}`)
  if (rule)
    console.log(`  the name means: ${rule.condition}; true of ${rule.met} of them, ${rule.metByOthers} of the others`)
  const [person] = typical
  const { data, columns } = sequences.labels
  const weeks = sequenceText(data.subarray(person * columns, (person + 1) * columns), patterns)
  console.log(`  typical: ${users.ids[person]}, week by week ${weeks}`)
}
