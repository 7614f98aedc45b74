import { measuresTo } from './clusters/measures'
import { fillPanels, PANEL } from './panels'

/** Rows of a block whose potentials are summed: SEED_BLOCK. */
const BLOCK: u32 = 256

/** Packs `count` rows in groups of 4, a column of 4 after the other; the last group is filled up with the last row. */
export function packRowGroups(rows: usize, rowBytes: usize, count: u32, columns: u32, to: usize): void {
  for (let group: u32 = 0; group < count; group += 4) {
    for (let column: u32 = 0; column < columns; column++) {
      for (let lane: u32 = 0; lane < 4; lane++) {
        store<f32>(to, load<f32>(rows + min(group + lane, count - 1) * rowBytes + (column << 2)))
        to += 4
      }
    }
  }
}

/** Of four rows from `first` on, those before `end`: all bits of their lanes. */
function lanesBefore(first: u32, end: u32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>(end - first)))
}

/** Adds the four points with the squares at `squares`, those of a row 32 bytes apart, to the sums of the trials. */
function addTrials(squares: usize, sums: usize, sumsEnd: usize, known: v128, weights: v128, farthest: bool): void {
  const positive = f32x4.gt(weights, f32x4.splat(0))
  while (sums < sumsEnd) {
    const least = f32x4.pmin(v128.load(squares), known)
    const sum = v128.load(sums)
    const next = farthest ? f32x4.pmax(sum, v128.and(least, positive)) : f32x4.add(sum, f32x4.mul(least, weights))
    v128.store(sums, next)
    squares += 32
    sums += 32
  }
}

/** The sum of 8 numbers, or the greatest. */
function fold(at: usize, farthest: bool): f32 {
  let result = load<f32>(at)
  for (let i: usize = 4; i < 32; i += 4) {
    const value = load<f32>(at + i)
    result = farthest ? max(result, value) : result + value
  }
  return result
}

/**
 * Blocks `begin` to `end` − 1 of try-candidates. `packed` has the `latest` candidates and the latest centroid. `scratch` has
 * a panel, 128 bytes for each group of four rows and 32 for each candidate. `weights` is 0 where there are none.
 */
export function tryBlocks(
  scratch: usize,
  begin: u32,
  end: u32,
  points: usize,
  weights: usize,
  shift: usize,
  packed: usize,
  distances: usize,
  potentials: usize,
  allBlocks: u32,
  rows: u32,
  columns: u32,
  latest: u32,
  round: u32,
  farthest: bool,
  scale: f32,
): void {
  const panelEnd = scratch + ((<usize>columns) << 5)
  const groups = (<usize>latest + 4) >> 2
  const packedEnd = packed + ((groups * columns) << 4)
  const sums = panelEnd + (groups << 7)
  const sumsEnd = sums + ((<usize>latest) << 5)
  for (let block = begin; block < end; block++) {
    memory.fill(sums, 0, sumsEnd - sums)
    const blockEnd = min((block + 1) * BLOCK, rows)
    for (let row = block * BLOCK; row < blockEnd; row += PANEL) {
      fillPanels(points, shift, scratch, row, min(blockEnd, row + PANEL), columns, scale)
      measuresTo<u32>(scratch, panelEnd, packed, packedEnd, panelEnd)
      for (let half: u32 = 0; half < 8; half += 4) {
        const at = (<usize>row + half) << 2
        const squares = panelEnd + (half << 2)
        const lanes = lanesBefore(row + half, blockEnd)
        const old = v128.load(distances + at)
        let known = v128.load(squares + ((<usize>latest) << 5))
        if (round > 1) known = f32x4.pmin(known, old)
        v128.store(distances + at, v128.bitselect(known, old, lanes))
        if (round === 0) known = f32x4.splat(Infinity)
        const weight = weights === 0 ? f32x4.splat(1) : v128.load(weights + at)
        addTrials(squares, sums + (half << 2), sumsEnd, known, v128.and(weight, lanes), farthest)
      }
    }
    let to = potentials + ((<usize>block) << 2)
    for (let sum = sums; sum < sumsEnd; sum += 32) {
      store<f32>(to, fold(sum, farthest))
      to += (<usize>allBlocks) << 2
    }
  }
}
