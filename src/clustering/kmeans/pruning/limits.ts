import type { PointSet } from '../../../data/points.js'
import { UNIFORM_BYTES } from '../../../engine/kernel.js'
import { BLOCK, LIST_WORDS } from '../../../kernels/kmeans/pruning/list-centroids.js'
import { boundsWords } from '../../../kernels/kmeans/pruning/nearest-bounded.js'

/** Maximum number of columns: beyond, balls around points in memory hardly ever rule out a centroid. */
const MAX_COLUMNS = 64
/** Minimum number of multiply-adds of an iteration: below, the kernels take longer to compile than they save. */
const MIN_WORK = 2 ** 24
/** Percentage of all distances up to which those to listed centroids take less time, on CPU executors and on devices. */
export const MAX_PERCENT = { immediate: 50, queued: 25 } as const

/** Whether lists may pay for points that stay on the device. */
export const prunable = (
  { rows, columns, resident }: Pick<PointSet, 'rows' | 'columns' | 'resident'>,
  k: number,
  work = MIN_WORK,
): boolean => resident && columns <= MAX_COLUMNS && rows * columns * k >= work

/** Bytes of blocks and lists. */
export const pruningBytes = (rows: number, columns: number) =>
  4 * (rows * (columns + 1) + (rows / BLOCK) * (columns + 2 + LIST_WORDS)) + UNIFORM_BYTES

/** Minimum and maximum number of columns of bounds: with fewer, lists take less memory and time; with more, errors are unproven. */
const BOUNDED_COLUMNS = [9, 2 ** 15] as const
/** Minimum number of clusters, and of multiply-adds of an iteration; maximum number of bytes. */
const MIN_CLUSTERS = 4
const MIN_BOUNDED_WORK = 2 ** 22
const MAX_BYTES = 2 ** 30

/** Whether CPU executors keep bounds of the distances of points in memory. */
export const takesBounds = (rows: number, columns: number, k: number, work = MIN_BOUNDED_WORK): boolean =>
  columns >= BOUNDED_COLUMNS[0] &&
  columns <= BOUNDED_COLUMNS[1] &&
  k >= MIN_CLUSTERS &&
  rows * columns * k >= work &&
  boundsBytes(rows, k) <= MAX_BYTES

/** Bytes of bounds. */
export const boundsBytes = (rows: number, k: number): number => 4 * boundsWords(rows, Math.ceil(k / 4))
