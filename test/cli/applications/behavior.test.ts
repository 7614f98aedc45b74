import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import Papa from 'papaparse'
import { expect, test } from 'vitest'
import { useCli } from '../../support/cli'

const cli = useCli()
const steps = fileURLToPath(new URL('../../data/steps/daily-steps.csv', import.meta.url))
const onCpu = (args: string[]) => ['behavior', ...args, '--backend', 'cpu']

test('lloyd behavior tells repairs, patterns and segments of the real steps, as text, JSON and a table', async () => {
  const args = [steps, '--segments', '3', '--patterns', '4']
  const json = await cli.runJson(onCpu([...args, '--table', 'users.csv']))
  expect(json).toMatchObject({ records: 940, used: 940, unlisted: 0, people: 33, days: 31, firstDay: '2016-04-12' })
  expect(json.repairs.map(({ kind }: { kind: string }) => kind)).toContain('date out of place')
  expect(json.patterns.map(({ letter }: { letter: string }) => letter)).toEqual(['–', 'A', 'B', 'C', 'D'])
  const { data } = Papa.parse<Record<string, string>>(readFileSync(cli.in('users.csv'), 'utf8').trim(), {
    header: true,
  })
  expect(data).toHaveLength(33)
  for (const [at, { id, segment, sequence }] of json.listed.entries()) {
    expect(data[at]).toMatchObject({ id, segment: String(segment), name: json.segments[segment].name, sequence })
  }
  const text = await cli.lloyd(onCpu(args))
  expect(text.stdout).toMatch(/row 267, 2873212765: '4\/30\/2016' stands out of order/)
  for (const { name } of json.segments) expect(text.stdout).toContain(`  ${name}: `)
})

test('reads standard input as it comes, zipped or not, and other formats from a copy', async () => {
  const rows = ['id,date,steps']
  for (let day = 1; day < 29; day++) for (const id of ['a', 'b', 'c']) rows.push(`${id},2016-02-${day},${400 * day}`)
  const csv = Buffer.from(rows.join('\r\n'))
  await writeFile(cli.in('steps.csv'), csv)
  const args = ['--segments', '1', '--patterns', '2', '--json']
  const { table: _, stderr: __, ...expected } = await cli.runJson(onCpu(['steps.csv', ...args.slice(0, -1)]))
  const zipped = await cli.lloyd(onCpu(['-', ...args]), { input: gzipSync(csv) })
  expect(JSON.parse(zipped.stdout)).toEqual({ ...expected, table: '-' })
  const arrow = tableToIPC(
    tableFromArrays({ id: ['a', 'a'], date: ['2016-02-01', '2016-02-04'], steps: Float64Array.of(600, 700) }),
    'file',
  )
  const typed = await cli.lloyd(onCpu(['-', '--patterns', '1', '--json']), { input: arrow })
  expect(JSON.parse(typed.stdout)).toMatchObject({ records: 2, days: 4 })
  const { code, stderr } = await cli.lloyd(onCpu(['-']), { input: Buffer.from('id,date,steps\n"a,2016-04-12,5\n') })
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/standard input has a quote/) })
})

test('refuses tables whose columns or dates are not clear', async () => {
  await writeFile(cli.in('a.csv'), 'who,when,much\nu,4/5/2016,5\nv,4/5/2016,5\n')
  await cli.expectRefusal(onCpu(['a.csv']), /no column for the person .* \(--id\)/)
  const named = ['a.csv', '--id', 'who', '--date', 'when', '--value', 'much']
  await cli.expectRefusal(onCpu(named), /give dateFormat \(--date-format\)/)
  await cli.expectRefusal(onCpu([...named, '--date-format', 'day/month']), /no week with 4 days/)
})
