import { checkMatrix, notFinite, requireBindable, requireStorageBuffer } from '../../data/matrix.js'
import { findOrigin, toFloat32 } from '../../data/origin.js'
import { type BufferScope, type Executor, gpuBufferOf } from '../../engine/engine.js'
import { describeArgument, LloydError, mustBe } from '../../engine/error.js'
import type { EngineBuffer } from '../../engine/kernel.js'
import { BUFFER_COPY_SRC } from '../../engine/usage.js'
import type { GpuMatrix, Matrix, TypedArray } from '../../types.js'

/** A caller's buffer, from `offset` on. */
export function bindBuffer(
  executor: Executor,
  name: string,
  buffer: GPUBuffer,
  offset: number,
  bytes: number,
): EngineBuffer {
  if (!executor.device) throw new LloydError('InputError', `${name} are on a GPU; they need the engine of their device`)
  requireStorageBuffer(name, buffer)
  if (offset < 0 || offset % 256 !== 0) throw mustBe(`${name}.offset`, 'a multiple of 256', offset)
  if (offset + bytes > buffer.size) {
    throw new LloydError('InputError', `${name} need ${bytes} bytes at ${offset}; the buffer has ${buffer.size}`)
  }
  return executor.borrow(`kmeans.${name}`, buffer, offset, bytes)
}

/** A caller's buffer or matrix on the device, or an uploaded matrix, minus the origin. */
export function bindMatrix(
  executor: Executor,
  scope: BufferScope,
  name: string,
  source: GPUBuffer | GpuMatrix | Matrix<TypedArray>,
  { rows, columns, origin }: { rows: number; columns: number; origin: Float64Array | null },
): EngineBuffer {
  if (typeof source !== 'object' || source === null || Array.isArray(source)) {
    throw new LloydError(
      'InputError',
      `${name} must be a GPUBuffer, a GpuMatrix or { data, rows, columns }${name === 'points' ? ', or a GPUTexture' : ''}`,
    )
  }
  if ('data' in source) {
    const { data, rows: r, columns: c } = checkMatrix(source, name)
    requireShape(name, r, c, rows, columns)
    const bad = data.findIndex((value: number) => !Number.isFinite(Math.fround(value)))
    if (bad >= 0) throw notFinite(name, data[bad], Math.floor(bad / columns), bad % columns)
    return scope.upload(`kmeans.${name}`, toFloat32(data, origin))
  }
  if (!('buffer' in source)) return bindBuffer(executor, name, source, 0, 4 * rows * columns)
  requireShape(name, source.rows, source.columns, rows, columns)
  return bindBuffer(executor, name, source.buffer, source.offset ?? 0, 4 * rows * columns)
}

/** The origin of points in a caller's matrix; centroids in a caller's buffer cannot have one. */
export function originOf(
  points: GPUBuffer | GpuMatrix | Matrix<TypedArray> | GPUTexture,
  centroids: GPUBuffer | GpuMatrix | Matrix<TypedArray> | undefined,
): Float64Array | null {
  if (typeof points !== 'object' || points === null || !('data' in points)) return null
  const origin = findOrigin(checkMatrix(points, 'points'), 'points')
  if (!origin || !centroids || 'data' in centroids) return origin
  throw new LloydError(
    'InputError',
    'points lie so far from 0 compared with their range that float32 cannot hold centroids in their units; subtract ' +
      'a value near the middle of each column, or let lloyd allocate the centroids',
  )
}

/** Throws for the first of a caller's buffers that the engine's device refuses, with its name. */
export async function requireUsable(executor: Executor, buffers: Record<string, GPUBuffer>): Promise<void> {
  for (const [name, buffer] of Object.entries(buffers)) {
    requireStorageBuffer(name, buffer)
    await requireBindable(executor, name, buffer)
  }
}

/** The error for an argument of another kind than the job takes. */
export function requireKind(caller: string, value: unknown, method: string, expected: string, remedy: string): void {
  if (typeof (value as Record<string, unknown> | null)?.[method] === 'function') return
  throw new LloydError('InputError', `${caller} takes a ${expected}, got ${describeArgument(value)}; ${remedy}`)
}

/** Checks that buffers differ, since no dispatch of WebGPU may read and write one buffer, even at different offsets. */
export function requireDistinct(buffers: Record<string, EngineBuffer>): void {
  const names = new Map<GPUBuffer, string>()
  for (const [name, buffer] of Object.entries(buffers)) {
    const gpu = gpuBufferOf(buffer)
    if (gpu === null) continue
    const other = names.get(gpu)
    if (other) throw new LloydError('InputError', `${other} and ${name} are in one GPUBuffer; give each its own`)
    names.set(gpu, name)
  }
}

function requireShape(name: string, rows: number, columns: number, wantedRows: number, wantedColumns: number): void {
  if (rows === wantedRows && columns === wantedColumns) return
  throw new LloydError(
    'InputError',
    `${name} are ${rows} × ${columns}; the job is for ${wantedRows} × ${wantedColumns}`,
  )
}

/** The caller's buffers among the bindings. */
export function givenBuffers(bindings: object): Record<string, GPUBuffer> {
  const given: Record<string, GPUBuffer> = {}
  for (const [name, value] of Object.entries(
    bindings as Record<string, GPUBuffer | GpuMatrix | Matrix | GPUTexture | undefined>,
  )) {
    if (!value || 'data' in value || 'createView' in value) continue
    given[name] = 'buffer' in value ? value.buffer : value
  }
  return given
}

/** Throws an `InputError` for a caller's buffer that cannot be copied from. */
export function requireReadable(name: string, buffer: GPUBuffer | null): void {
  if (buffer === null || buffer.usage & BUFFER_COPY_SRC) return
  throw new LloydError('InputError', `${name} can only be read from a buffer with GPUBufferUsage.COPY_SRC`)
}
