// With the types of WebGPU, from lib.dom of TypeScript 6 and later or from @webgpu/types: real objects are accepted and
// returned.
import { createEngine, type Engine, type GpuMatrix, type KMeansJob, quantize } from 'lloyd'

export async function useDevice(
  device: GPUDevice,
  buffer: GPUBuffer,
  texture: GPUTexture,
  encoder: GPUCommandEncoder,
  pass: GPUComputePassEncoder,
  job: KMeansJob,
): Promise<GPUDevice | null> {
  const engine: Engine = await createEngine({ device })
  const matrix: GpuMatrix = { buffer, rows: 1, columns: 1 }
  job.prepare({ points: buffer, centroids: buffer, labels: buffer })
  job.prepare({ points: texture })
  job.prepare({ points: matrix })
  job.record(encoder)
  job.encode(pass)
  const labels: GPUBuffer | null = job.labels
  await quantize(engine, texture, { colors: 4 })
  // @ts-expect-error: an encoder is no pass
  job.encode(encoder)
  // @ts-expect-error: a device is no texture
  quantize(engine, device, { colors: 4 })
  return labels ? engine.device : null
}
