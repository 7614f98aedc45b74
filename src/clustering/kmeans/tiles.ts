import type { BufferScope, Executor } from '../../engine/engine.js'
import { requireInteger } from '../../engine/error.js'
import { type EngineBuffer, UNIFORM_BYTES } from '../../engine/kernel.js'
import type { Tile } from '../../engine/traits.js'

/**
 * The tile of nearest-centroid: the points and centroids that one thread keeps in registers, and how it reads and
 * shares operands.
 */
export interface NearestTile extends Tile {
  /** Number of points of a thread. */
  points: number
  /** Number of groups of four centroids that a thread holds at a time, beyond DIRECT_COLUMNS. */
  groups: number
  /** 1: centroids are read from uniform buffers, if they fit; 0: from storage. */
  uniform: number
  /** 1: points are shared within subgroups, if the device has them, beyond DIRECT_COLUMNS; 0: they are not. */
  subgroups: number
  /** Number of threads of a workgroup; with subgroups, that of a subgroup. */
  workgroup: number
}

/**
 * Maximum number of columns whose differences are summed directly, which costs little and cancels nothing, with a
 * thread keeping its points across all centroids; beyond, the expanded form is used. On Mesa's software driver both are
 * equally fast at 12 columns, and at 16 the direct form takes 1.7 to 2 times as long.
 */
const DIRECT_COLUMNS = 8

/** The class of shapes that share a tile: powers of two, and exact numbers of few columns. */
export function shapeClass(columns: number, k: number): { key: string; columns: number; k: number } {
  const power = (value: number) => 2 ** Math.ceil(Math.log2(value))
  const shape = { columns: columns <= DIRECT_COLUMNS ? columns : power(columns), k: power(k) }
  return { key: `nearest-centroid, ${shape.columns} columns, k ${shape.k}`, ...shape }
}

/** Whether the centroids fit the kernel's uniform arrays. */
const fitsUniform = ({ traits }: Executor, columns: number, k: number) =>
  traits.uniforms && 16 * Math.ceil(k / 4) * columns <= UNIFORM_BYTES

/** Number of threads of a subgroup, or 1 if points cannot be shared within one, which needs a uniform buffer. */
const sharingLanes = ({ traits }: Executor) => (traits.uniforms ? traits.lanes : 1)

/**
 * Number of multiply-adds from which on tiles of 16 points pay off: below, their pipelines take longer to compile than
 * they save.
 */
const MANY_CLUSTERS = 32

/** Points and centroids (in groups of four) of a thread in a subgroup; 16 points per subgroup. */
const sharedTile = (lanes: number, uniform: number): NearestTile => ({
  points: Math.max(1, Math.round(16 / lanes)),
  groups: 1,
  uniform,
  subgroups: 1,
  workgroup: lanes,
})

/** Whether points can be shared within subgroups: each lane needs its own centroids to compare them with. */
const canShare = (columns: number, k: number, lanes: number) => lanes > 1 && columns > DIRECT_COLUMNS && k >= 4 * lanes

/**
 * The default table.
 *
 * Software adapters: measured on Mesa's driver with 2 shared cores (times of the assignment, ratios within one run). At
 * d = 3, k = 256, 16 points per thread give 1.25 times the throughput of 8, 24 the same, 32 a third of it; comparing
 * the minimum of four centroids with the nearest so far, instead of each, gives 1.2 times. At d = 32, k = 256, 16
 * points × 32 centroids shared by a subgroup of 8 lanes give 2.2 to 2.6 times the throughput of 16 × 16 of single
 * threads from uniform buffers, and 1.4 to 1.6 times that of shared 16 × 64 or 8 × 64; workgroups of several subgroups
 * would be slower by up to a tenth. Without subgroups, 16 × 16 give 1.5 times the throughput of 16 × 8 from storage,
 * and that 1.2 times the 4 × 8 of cached points, whose indices within a register array that driver resolves lane by
 * lane; 8 × 32, 12 × 16 and two columns at a time are within a tenth of the first. Centroids in uniform buffers: that
 * driver branches for each lane's load from storage, but not from uniform buffers, with which iterations take 0.75 to
 * 0.93 of the time at 3 to 8 columns, 0.86 to 0.93 of it with subgroups at 32 and 64, and the pipeline compiles in half
 * the time.
 *
 * On SwiftShader, whose loops are unrolled, run times hardly depend on the tile but compile times do: 0.3 s for 4
 * points of 3 columns, 0.8 s for 16; from uniform buffers, direct iterations take 1.1 times as long.
 *
 * GPUs: small tiles, until `tuneKMeans` measures better ones; a published kernel became 7 times slower beyond 4 points
 * per thread on an Apple GPU.
 */
function defaultTile(executor: Executor, columns: number, k: number): NearestTile {
  const { largeTiles, branchingLoads, unrolledLoops } = executor.traits
  const direct = columns <= DIRECT_COLUMNS
  const uniform = fitsUniform(executor, columns, k) && (!direct || branchingLoads) ? 1 : 0
  const lanes = sharingLanes(executor)
  if (!largeTiles) return { points: 4, groups: 2, uniform, subgroups: 0, workgroup: 64 }
  if (canShare(columns, k, lanes)) return sharedTile(lanes, uniform)
  const large = k >= MANY_CLUSTERS && (!direct || columns <= 4) && !unrolledLoops
  return { points: large ? 16 : 4, groups: uniform ? 4 : 2, uniform, subgroups: 0, workgroup: 64 }
}

/** Candidate tiles for a shape, smallest first. */
export function candidateTiles(executor: Executor, columns: number, k: number): NearestTile[] {
  const spaces = fitsUniform(executor, columns, k) ? [0, 1] : [0]
  const { unrolledLoops } = executor.traits
  const sizes =
    columns <= DIRECT_COLUMNS
      ? [[2, 1], [4, 1], ...(unrolledLoops ? [] : [[16, 1]])]
      : [[4, 2], [8, 4], ...(unrolledLoops ? [] : [[16, 4]])]
  const own = spaces.flatMap((uniform) =>
    sizes.map(([points, groups]) => ({ points, groups, uniform, subgroups: 0, workgroup: 64 })),
  )
  const lanes = sharingLanes(executor)
  return canShare(columns, k, lanes) ? [...own, ...spaces.map((uniform) => sharedTile(lanes, uniform))] : own
}

/** Compile options of nearest-centroid for a shape: by the measured or forced tile, otherwise by the default table. */
export function nearestOptions(executor: Executor, columns: number, k: number) {
  const { key } = shapeClass(columns, k)
  const tuned = executor.tuning.get(key)
  return tileOptions(executor, tuned ? checkTile(key, tuned) : defaultTile(executor, columns, k), columns, k)
}

/** Maximum number of points of a workgroup that eight columns of fit 16 KiB of workgroup memory, with the words between. */
const SHARED_POINTS = 508

/** Compile options of nearest-centroid for a tile, as far as device and shape allow. */
export function tileOptions(executor: Executor, tile: NearestTile, columns: number, k: number) {
  const { points, groups, uniform, subgroups, workgroup } = tile
  const DIRECT = columns <= DIRECT_COLUMNS
  const lanes = sharingLanes(executor)
  const SUBGROUPS = subgroups === 1 && !DIRECT && lanes > 1
  const LANES = SUBGROUPS ? lanes : workgroup
  return {
    workgroupSize: LANES,
    flags: {
      DIRECT,
      UNIFORM: uniform === 1 && fitsUniform(executor, columns, k),
      SUBGROUPS,
      VECTOR: SUBGROUPS && columns % 4 === 0,
      SHARED: !DIRECT && !SUBGROUPS && !executor.traits.largeTiles && points * LANES <= SHARED_POINTS,
    },
    constants: {
      POINTS: points,
      GROUPS: DIRECT ? 1 : Math.min(groups, Math.ceil(k / 4)),
      COLUMNS: DIRECT ? columns : 1,
      LANES,
    },
  }
}

/** Minimum and maximum of each field of a tile. */
const TILE_RANGES = {
  points: [1, 32],
  groups: [1, 8],
  uniform: [0, 1],
  subgroups: [0, 1],
  workgroup: [1, 256],
} as const

function checkTile(key: string, tile: Tile): NearestTile {
  for (const [name, [least, most]] of Object.entries(TILE_RANGES)) {
    requireInteger(`${name} of the tile of '${key}'`, tile[name], least, most)
  }
  return tile as NearestTile
}

/** Buffers for the packed centroids that nearest-centroid reads: four to a vector, and their halved squared norms. */
export function allocatePacked(
  scope: BufferScope,
  columns: number,
  k: number,
  uniform: boolean,
): { packed: EngineBuffer; halfNorms: EngineBuffer } {
  const groups = Math.ceil(k / 4)
  const allocate = (name: string, bytes: number) => scope.allocate(`kmeans.${name}`, uniform ? UNIFORM_BYTES : bytes)
  return { packed: allocate('packed', 16 * groups * columns), halfNorms: allocate('halfNorms', 16 * groups) }
}
