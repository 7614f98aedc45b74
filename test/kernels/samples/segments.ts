import { findRoots } from '../../../src/kernels/segments/find-roots.js'
import { bordersOf, joinTiles } from '../../../src/kernels/segments/join-tiles.js'
import { labelTiles, tilesOf } from '../../../src/kernels/segments/label-tiles.js'
import { rootOf } from '../../../src/kernels/shared/union-find.js'
import { anything } from '../colors'
import { integers, samplesOf } from '../sample'

/** Images of few labels at random, of one label, of a comb whose teeth meet in the last row, and of a checkerboard. */
function labelsOf(random: () => number, width: number, height: number, kind: number): Uint32Array {
  if (kind === 0) return integers(random, width * height, 2)
  return Uint32Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [at % width, Math.floor(at / width)]
    return [7, y === height - 1 || x % 2 ? 2 ** 32 - 1 : 0, (x + y) % 2][kind - 1]
  })
}

const shapes: { width: number; height: number; kind: number; workgroupSize?: number }[] = [
  { width: 1, height: 1, kind: 0 },
  { width: 1, height: 130, kind: 0 },
  { width: 97, height: 1, kind: 0 },
  { width: 32, height: 64, kind: 2 },
  { width: 33, height: 65, kind: 1 },
  { width: 70, height: 131, kind: 0 },
  { width: 70, height: 131, kind: 2, workgroupSize: 8 },
  { width: 65, height: 129, kind: 3 },
]

export default [
  samplesOf(labelTiles, {
    agreement: 'exact',
    samples: (random) =>
      shapes.map(({ width, height, kind, workgroupSize }) => {
        const tiles = tilesOf(width, height)
        const firstTile = tiles > 3 ? 1 : 0
        return {
          parameters: { width, height, firstTile, tileCount: tiles - 2 * firstTile },
          buffers: { labels: labelsOf(random, width, height, kind), components: anything(random, width * height) },
          workgroupSize,
        }
      }),
  }),
  samplesOf(joinTiles, {
    agreement: 'exact',
    samples: (random) =>
      shapes.map(({ width, height, kind, workgroupSize }) => {
        const size = { width, height }
        const labels = labelsOf(random, width, height, kind)
        const parents = new Uint32Array(width * height)
        labelTiles.twin(
          { ...size, firstTile: 0, tileCount: tilesOf(width, height) },
          { labels, components: parents },
          {},
        )
        const pairs = bordersOf(width, height)
        const first = pairs > 100 ? 5 : 0
        return { parameters: { ...size, first, end: pairs - first }, buffers: { labels, parents }, workgroupSize }
      }),
    // The way to a root depends on which thread came first; the root itself is the lowest of its set.
    arrange({ parents }) {
      for (let at = 0; at < parents.length; at++) parents[at] = rootOf(parents as Uint32Array, at)
    },
  }),
  samplesOf(findRoots, {
    agreement: 'exact',
    samples: (random) =>
      [1, 64, 65, 1000].map((count) => ({
        parameters: { first: count > 100 ? 70 : 0, end: count },
        // Long ways, and many short ones.
        buffers: {
          parents: Uint32Array.from({ length: count }, (_, at) => Math.floor(at * (count % 2 ? 0.99 : random()))),
        },
      })),
    // Places that are passed may have been shortened.
    arrange({ parents }, { parameters: { first } }) {
      for (let at = 0; at < first; at++) parents[at] = rootOf(parents as Uint32Array, at)
    },
  }),
]
