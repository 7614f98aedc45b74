import type { Executor } from '../engine/engine.js'
import { requireInteger } from '../engine/error.js'
import type { Tile } from '../engine/traits.js'
import { SHARED_ROWS } from '../kernels/linear/matrix-product.js'

/**
 * The tile of matrix-product: the part of the product that one thread keeps in registers, and how it shares operands.
 */
export interface ProductTile extends Tile {
  /** Number of rows and columns of the product that a thread computes. */
  rows: number
  columns: number
  /** 1: elements of A are shared within subgroups, if the device has them; 0: every thread reads its own. */
  subgroups: number
  /** Number of threads of a workgroup, side by side along the columns. */
  workgroup: number
}

/** The shape of a product: rows × depth times depth × columns. */
export interface ProductShape {
  rows: number
  columns: number
  depth: number
}

/** The class of shapes that share a tile: powers of two, and whether B is read four columns at a time. */
export function productClass({ rows, columns, depth }: ProductShape, vectors: boolean): ProductShape & { key: string } {
  const power = (value: number) => 2 ** Math.ceil(Math.log2(value))
  const shape = { rows: power(rows), columns: power(columns), depth: power(depth) }
  const name = vectors ? 'matrix-product' : 'matrix-product by elements'
  return { key: `${name}, ${shape.rows} × ${shape.depth} × ${shape.columns}`, ...shape }
}

/** Whether the device has subgroups large enough to share rows. */
const hasSubgroups = ({ traits }: Executor) => traits.lanes >= SHARED_ROWS

/**
 * Number of multiply-adds from which on larger tiles pay off: below, their pipelines take longer to compile than they
 * save.
 */
const MUCH_WORK = 2 ** 22
const SOME_WORK = 2 ** 19

/**
 * The default table. Software adapters: measured on Mesa's driver, in GFLOP of 1024³ products per second of processor
 * time, compared with 13 to 19 for multiply-adds in registers. 16 × 8 tiles reach 9.5 with subgroups and 5.7 without; 8
 * × 8 7.3 and 5.4, 16 × 4 8.8 and 4.5, 8 × 4 5.7 and 3.5; 24 × 8 and 32 × 8 1.2. Without reading B four columns at a
 * time, 16 × 8 reaches 8.7. The first run compiles for 0.3 s with 8 × 4 tiles and up to 1.5 s with 16 × 8.
 *
 * GPUs: small tiles, so that there are many threads.
 */
function defaultTile({ traits }: Executor, { rows, columns, depth }: ProductShape): ProductTile {
  const work = traits.largeTiles ? rows * columns * depth : 0
  const most = work >= MUCH_WORK && columns >= 64 ? 8 : 4
  const tile = {
    rows: work >= MUCH_WORK ? 16 : work >= SOME_WORK ? 8 : 4,
    columns: Math.min(most, Math.ceil(columns / 8)),
  }
  const wasted = (threads: number) => Math.ceil(columns / (threads * tile.columns)) * threads * tile.columns - columns
  const sizes = traits.narrowWorkgroups ? [32, 16, 8] : [64, 32]
  const workgroup = sizes.reduce((best, threads) => (wasted(threads) < wasted(best) ? threads : best))
  return { ...tile, subgroups: 1, workgroup }
}

/** Candidate tiles for a shape: the default one, and a few from the smallest to the largest; shared where possible. */
export function candidateTiles(executor: Executor, shape: ProductShape): ProductTile[] {
  const first = defaultTile(executor, shape)
  const subgroups = hasSubgroups(executor) ? 1 : 0
  const others = [
    { rows: 4, columns: 4, subgroups: 0 },
    { rows: 8, columns: 4, subgroups },
    { rows: 8, columns: 8, subgroups },
    { rows: 16, columns: 8, subgroups },
  ].map((tile) => ({ ...tile, workgroup: first.workgroup }))
  return [first, ...others.filter(({ rows, columns }) => rows !== first.rows || columns !== first.columns)]
}

/** The tile of a shape: the measured or forced one, otherwise that of the default table. */
export function productTile(executor: Executor, shape: ProductShape, vectors: boolean): ProductTile {
  const { key } = productClass(shape, vectors)
  const tuned = executor.tuning.get(key)
  return tuned ? checkTile(key, tuned) : defaultTile(executor, shape)
}

/** Compile options of matrix-product for a tile, as far as device and shape allow. */
export function tileOptions(executor: Executor, tile: ProductTile, vectors: boolean) {
  const divides = tile.rows % SHARED_ROWS === 0 && tile.workgroup % SHARED_ROWS === 0
  const SUBGROUPS = tile.subgroups === 1 && divides && hasSubgroups(executor)
  const COLUMNS = vectors ? 4 * Math.ceil(tile.columns / 4) : tile.columns
  return {
    flags: { VECTOR: vectors, SUBGROUPS },
    constants: { ROWS: tile.rows, COLUMNS },
    workgroupSize: tile.workgroup,
  }
}

function checkTile(key: string, tile: Tile): ProductTile {
  const check = (name: string, from: number, to: number) => requireInteger(`${name} of '${key}'`, tile[name], from, to)
  return {
    rows: check('rows', 1, 32),
    columns: check('columns', 1, 32),
    subgroups: check('subgroups', 0, 1),
    workgroup: check('workgroup', 1, 256),
  }
}
