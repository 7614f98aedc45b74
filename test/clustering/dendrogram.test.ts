/** Drawn dendrograms, read back: branches by their pixels, on the scale of the axis and under the names that are drawn. */
import fc from 'fast-check'
import { DOMParser } from 'linkedom'
import { cutTree, type DendrogramSvgOptions, dendrogramSvg, type Matrix } from 'lloyd'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { integerFrom, seededRandom } from '../support/datasets'
import { mergesOf, ward } from '../support/merges'

/** Merges of random clusters, at heights that may fall; as a chain, each merge adds a row to the one before. */
function randomMerges(seed: number, rows: number, chain = false): Matrix<Float64Array> {
  const random = seededRandom(seed)
  const open = [...Array(rows).keys()]
  const sizes = new Map<number, number>()
  const merges = Array.from({ length: rows - 1 }, (_, merge) => {
    const take = () => open.splice(chain ? open.length - 1 : integerFrom(random, 0, open.length - 1), 1)[0]
    const [a, b] = [take(), take()]
    open.push(rows + merge)
    const size = [a, b].reduce((sum, id) => sum + (sizes.get(id) ?? 1), 0)
    sizes.set(rows + merge, size)
    return [Math.min(a, b), Math.max(a, b), merge + 3 * random(), size]
  })
  return mergesOf(merges)
}

interface Line {
  color: string
  from: [along: number, up: number]
  to: [along: number, up: number]
}

/** The names with their places along the foot, the lines, and the scale of the heights, of a picture. */
function readPicture(svg: string, upright: boolean) {
  const document = new DOMParser().parseFromString(svg, 'image/svg+xml')
  const texts = (group: Element) =>
    [...group.querySelectorAll('text')].map((text) => {
      const [, x, y] = /translate\((\S+) (\S+)\)/.exec(text.getAttribute('transform') ?? '') ?? []
      const at = [Number(x ?? text.getAttribute('x')), Number(y ?? text.getAttribute('y'))]
      return { text: text.textContent ?? '', along: at[upright ? 0 : 1], up: at[upright ? 1 : 0] }
    })
  const [axis, branches, foot] = document.querySelectorAll('svg > g')
  const ticks = texts(axis).map(({ text, up }) => ({ value: Number(text.replaceAll(',', '')), up }))
  const [zero, last] = [ticks[0], ticks[ticks.length - 1]]
  const scale = (height: number) => zero.up + ((last.up - zero.up) * height) / last.value
  const turned = (x: number, y: number): [number, number] => (upright ? [x, y] : [y, x])
  const lines = [...branches.querySelectorAll('path')].flatMap((path): Line[] =>
    [...path.getAttribute('d')!.matchAll(/M(\S+) ([^VH]+)([VH])([^M]+)/g)].map(([, x, y, kind, end]) => ({
      color: path.getAttribute('stroke')!,
      from: turned(Number(x), Number(y)),
      to: kind === 'V' ? turned(Number(x), Number(end)) : turned(Number(end), Number(y)),
    })),
  )
  const cut = document.querySelector('line[stroke-dasharray]')?.getAttribute(upright ? 'y1' : 'x1')
  return { names: texts(foot), size: Number(foot.getAttribute('font-size')), lines, scale, cut, document }
}

/** The colours of lines that cover what lies between two places. */
function colorsAt(lines: readonly Line[], from: readonly number[], to: readonly number[]): string[] {
  const near = 0.11
  const covers = ({ from: a, to: b }: Line) =>
    [0, 1].every(
      (axis) =>
        Math.min(a[axis], b[axis]) <= Math.min(from[axis], to[axis]) + near &&
        Math.max(a[axis], b[axis]) >= Math.max(from[axis], to[axis]) - near,
    )
  return lines.filter(covers).map(({ color }) => color)
}

/** Expects every merge in its place and colour: grey above the cut, else the colour of its cluster. */
function expectTree(merges: Matrix<Float64Array>, options: DendrogramSvgOptions) {
  const rows = merges.rows + 1
  const svg = dendrogramSvg(merges, options)
  const { names, lines, scale, cut } = readPicture(svg, options.orientation !== 'horizontal')
  const labels = cutTree(merges, options.cut ?? { clusters: 1 })
  expect(names.map(({ text }) => text).sort()).toEqual([...Array(rows).keys()].map(String).sort())
  const parts = Array.from({ length: rows }, (_, row) => ({
    along: names.find(({ text }) => text === String(row))!.along,
    height: 0,
    members: [row],
  }))
  const colors = new Map<number, string>()
  for (let merge = 0; merge < merges.rows; merge++) {
    const [one, other] = [0, 1].map((at) => parts[merges.data[4 * merge + at]])
    const height = merges.data[4 * merge + 2]
    const members = [...one.members, ...other.members]
    parts.push({ along: (one.along + other.along) / 2, height, members })
    const found = [
      colorsAt(lines, [one.along, scale(height)], [other.along, scale(height)]),
      ...[one, other].map((part) => colorsAt(lines, [part.along, scale(part.height)], [part.along, scale(height)])),
    ]
    const label = labels[one.members[0]]
    const isWhole = members.every((row) => labels[row] === label)
    const expected = isWhole ? (colors.get(label) ?? found[0][0]) : '#7b8794'
    if (isWhole) colors.set(label, expected)
    for (const list of found) expect(list, `merge ${merge}`).toContain(expected)
  }
  expect([...colors.values()]).not.toContain('#7b8794')
  // As many as there are colours, which then begin again.
  expect(new Set(colors.values()).size).toBe(Math.min(colors.size, 8))
  return { svg, names, scale, cut }
}

test('a known tree, its order, its cut and its colours', () => {
  const { names, scale, cut } = expectTree(ward, { cut: { clusters: 3 } })
  expect(names.map(({ text }) => text)).toEqual(['1', '5', '3', '4', '0', '2'])
  // The middle between the merges that the cut parts.
  expect(Number(cut)).toBeCloseTo(scale((2.55760419 + 9.10208346) / 2), 0)
  expect(Number(expectTree(ward, { cut: { height: 12 } }).cut)).toBeCloseTo(scale(12), 0)
  expect(expectTree(ward, { cut: { height: 1e9 } }).cut).toBe(undefined)
  expect(expectTree(ward, {}).cut).toBe(undefined)
})

test.each([...Array(12).keys()])('random merges, seed %i', (seed) => {
  const rows = 2 + 3 * seed
  const merges = randomMerges(seed + 1, rows)
  const orientation = seed % 2 ? 'horizontal' : 'vertical'
  const clusters = Math.min(rows, 1 + (seed % 5))
  const { names } = expectTree(merges, { orientation, cut: { clusters } })
  // The same tree from the other side.
  const leaves = names.map(({ text }) => Number(text)).reverse()
  const turned = expectTree(merges, { orientation, leaves, cut: { height: rows / 2 } })
  expect(turned.names.map(({ text }) => Number(text))).toEqual(leaves)
  expect(turned.names.every(({ along }, at) => at === 0 || along > turned.names[at - 1].along)).toBe(true)
})

/** SciPy: dendrogram(ward, p, truncate_mode='lastp')['ivl']. */
test.each([
  [1, ['(6)']],
  [2, ['(2)', '(4)']],
  [3, ['(2)', '(2)', '(2)']],
  [4, ['(2)', '(2)', '0', '2']],
  [6, ['1', '5', '3', '4', '0', '2']],
])('the last %i clusters, as SciPy has them', (truncate, expected) => {
  const { names, lines, scale } = readPicture(dendrogramSvg(ward, { truncate }), true)
  expect(names.map(({ text }) => text)).toEqual(expected)
  const bars = lines.filter(({ from, to }) => from[1] === to[1]).map(({ from }) => from[1])
  const heights = Array.from({ length: truncate - 1 }, (_, merge) => ward.data[4 * (4 - merge) + 2])
  expect(bars).toHaveLength(heights.length)
  for (const height of heights) expect(bars.some((up) => Math.abs(up - scale(height)) < 0.6)).toBe(true)
  // What is left of a cluster begins at 0.
  const ends = lines.flatMap(({ from, to }) => [from[1], to[1]])
  if (truncate > 1) expect(Math.max(...ends)).toBe(scale(0))
})

const labels = [
  'a & b',
  '<i>',
  '"x"',
  "it's",
  '東京',
  'one name that is much longer than there is space for it in here',
]

describe.each(['vertical', 'horizontal'] as const)('%s', (orientation) => {
  test('names are those of their rows', () => {
    const { names, document } = readPicture(
      dendrogramSvg(ward, { orientation, labels, title: 'R&D <1>' }),
      orientation[0] === 'v',
    )
    const order = [1, 5, 3, 4, 0, 2].map((row) => labels[row])
    expect(names.map(({ text }) => text.replace(/…$/, ''))).toEqual(
      order.map((name, at) => name.slice(0, names[at].text.replace(/…$/, '').length)),
    )
    expect(names[1].text).toMatch(/^one name .*…$/)
    expect(document.querySelector('text')?.textContent).toBe('R&D <1>')
  })

  test.each([20, 120, 500, 3000])('names of %i rows do not overlap', (rows) => {
    const { names, size, document } = readPicture(
      dendrogramSvg(randomMerges(1, rows), { orientation }),
      orientation[0] === 'v',
    )
    const steps = names.slice(1).map(({ along }, at) => along - names[at].along)
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(size)
    expect(size).toBeGreaterThanOrEqual(7)
    const note = [...document.querySelectorAll('text')]
      .map(({ textContent }) => textContent)
      .find((text) => /named/.test(text ?? ''))
    expect(note).toBe(names.length === rows ? undefined : `1 in ${Math.ceil(rows / names.length)} is named`)
  })
})

test('a chain of 30 000 merges, and as many random ones, in a document as long as its picture', async () => {
  for (const chain of [true, false]) {
    const svg = dendrogramSvg(randomMerges(5, 30_001, chain), { cut: { clusters: 7 } })
    expect(svg.length).toBeLessThan(300_000)
    await sharp(Buffer.from(svg), { failOn: 'warning' }).stats()
  }
})

test('is well-formed whatever is in it', async () => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(']]>', '\u0000\u001f', '\ud800', '\ufffe', '😀'),
  )
  const options = fc.record({
    rows: fc.constantFrom(1, 2, 3, 40),
    unit: fc.constantFrom(0, 5e-324, 1e-30, 1, 1e300),
    text: anything,
    orientation: fc.constantFrom('vertical' as const, 'horizontal' as const),
    size: fc.constantFrom(undefined, 200, 600),
    isCut: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(options, async ({ rows, unit, text, orientation, size, isCut }) => {
      const merges = randomMerges(3, rows)
      for (let merge = 0; merge < rows - 1; merge++) merges.data[4 * merge + 2] *= unit
      const svg = dendrogramSvg(merges, {
        ...{ orientation, width: size, height: size, title: text, subtitle: text, labels: Array(rows).fill(text) },
        truncate: 1 + (rows >> 1),
        ...(isCut && { cut: { height: 2 * unit } }),
      })
      expect(svg).not.toMatch(/NaN|Infinity|undefined|null/)
      const { channels } = await sharp(Buffer.from(svg), { failOn: 'warning' }).stats()
      expect(channels[0].stdev).toBeGreaterThan(1)
    }),
    { numRuns: 12, seed: 1 },
  )
})

test.each([
  [{ labels: ['a'] }, /labels must be a name for each of the 6 rows, got 1/],
  [{ labels: [1, 2, 3, 4, 5, 6] }, /labels must be an array of strings/],
  [{ truncate: 0 }, /truncate must be an integer from 1/],
  [{ truncate: 7 }, /truncate must be at most the number of rows, 6, got 7/],
  [{ cut: {} }, /cutTree takes either clusters or height/],
  [{ cut: { clusters: 9 } }, /clusters must be at most the number of rows, 6/],
  [{ leaves: [0, 1, 2, 3, 4] }, /leaves must be the 6 rows in some order/],
  [{ leaves: [0, 0, 1, 2, 3, 4] }, /leaves must be the 6 rows in some order/],
  [{ leaves: [0, 1, 2, 3, 4, 5] }, /leaves has other rows between those of merge 1, 2 rows at the places 1 to 5/],
  [{ orientation: 'up' }, /orientation must be 'vertical' or 'horizontal'/],
  [{ width: 10 }, /width must be an integer from 200 to 16384, got 10/],
  [{ depth: 1 }, /dendrogramSvg has no option 'depth'/],
])('refuses %j', (options, message) => {
  expect(() => dendrogramSvg(ward, options as never)).toThrow(message)
})

test.each([[-1], [Number.POSITIVE_INFINITY]])('refuses the height %d', (height) => {
  expect(() => dendrogramSvg(mergesOf([[0, 1, height, 2]]))).toThrow(/height .* in row 0/)
})
