import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { useCli } from '../support/cli'

const cli = useCli()
const iris = fileURLToPath(new URL('../data/tables/iris.csv', import.meta.url))
const onCpu = (args: string[]) => ['choose', ...args, '--backend', 'cpu']

test('lloyd choose prints, draws and writes the same choices', async () => {
  await writeFile(cli.in('two.csv'), `x\n${[0, 1, 2, 3, 50, 51, 52, 53].join('\n')}\n`)
  const args = ['two.csv', '--header', '--to', '4', '--references', '5']
  const { code, stdout, stderr } = await cli.lloyd(onCpu([...args, '--json', '--svg', 'curves.svg']))
  expect(code, stderr).toBe(0)
  const result = JSON.parse(stdout)
  expect(result).toMatchObject({ k: 2, choices: { silhouette: 2, gap: 2 }, references: 5, svg: 'curves.svg' })
  expect(result.curves.inertia).toHaveLength(4)
  const drawn = readFileSync(cli.in('curves.svg'), 'utf8')
  expect(drawn).toContain('Number of clusters: 2')
  await sharp(cli.in('curves.svg'), { failOn: 'warning' }).stats()
  const text = await cli.lloyd(onCpu(args))
  expect(text.stdout).toMatch(/^clusters {2}2 clusters: /m)
  expect(text.stdout).toMatch(/^k +inertia +silhouette +gap +BIC/m)
})

test('refuses ranges that no table has', async () => {
  await cli.expectRefusal(onCpu([iris, '--from', '3', '--to', '2']), /--to must be at least --from, 3, got 2/)
  await cli.expectRefusal(onCpu([iris, '--to', '151']), /--to must be at most the number of rows, 150, got 151/)
})
