import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { useCli } from '../support/cli'

const cli = useCli()
const table = 'a,b\n0,1\n1,1.5\n0,2.25\n100,200\n101,201.5\n100,202.5\n'
const args = ['mixture', 't.csv', '--backend', 'cpu']

it('finds two groups, and writes labels and ellipses', async () => {
  await writeFile(cli.in('t.csv'), table)
  const { code, stdout, stderr } = await cli.lloyd([
    ...args,
    '--components',
    '2',
    '-o',
    'labels.csv',
    '--svg',
    'e.svg',
    '--json',
  ])
  expect(code, stderr).toBe(0)
  const { labels, means, mixtureWeights, logLikelihood } = JSON.parse(stdout)
  const [first, second] = [labels[0], labels[3]]
  expect(labels).toEqual([first, first, first, second, second, second])
  expect(first).not.toBe(second)
  expect(means[first][0]).toBeCloseTo(1 / 3, 5)
  expect(mixtureWeights[0]).toBeCloseTo(0.5, 6)
  expect(Number.isFinite(logLikelihood)).toBe(true)
  const lines = labels.map((label: number, row: number) => `${row + 1},${label}`)
  expect(readFileSync(cli.in('labels.csv'), 'utf8')).toBe(`${['row,label', ...lines].join('\n')}\n`)
  const svg = readFileSync(cli.in('e.svg'), 'utf8')
  expect(svg.match(/<polygon/g)?.length).toBe(4)
  expect((await sharp(Buffer.from(svg)).metadata()).width).toBe(720)
})

it('refuses more components than rows, and a chart of more than two columns', async () => {
  await writeFile(cli.in('t.csv'), table)
  await cli.expectRefusal(
    [...args, '--components', '9', '--columns', 'a,b'],
    /components is 9 but there are only 6 points/,
  )
  await writeFile(cli.in('u.csv'), 'a,b,c\n0,1,2\n3,4,4\n')
  await cli.expectRefusal(
    ['mixture', 'u.csv', '--components', '1', '--svg', 'x.svg'],
    /--svg draws two columns, and 3 are/,
  )
})
