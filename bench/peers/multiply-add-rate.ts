/** Independent chains of a thread, and its rounds: enough to fill pipelines, none to be optimised away. */
const CHAINS = 16
const ROUNDS = 4096
const THREADS = 2 ** 14
const RUNS = 4

const code = `
@group(0) @binding(0) var<storage, read_write> numbers: array<f32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let factor = numbers[0];
  let addend = numbers[1];
  var x: array<f32, ${CHAINS}>;
  for (var i = 0u; i < ${CHAINS}u; i++) { x[i] = f32(id.x + i); }
  for (var round = 0u; round < ${ROUNDS}u; round++) {
    for (var i = 0u; i < ${CHAINS}u; i++) { x[i] = x[i] * factor + addend; }
  }
  var sum = 0.0;
  for (var i = 0u; i < ${CHAINS}u; i++) { sum += x[i]; }
  if (sum == 12345.0) { numbers[id.x] = sum; }
}`

/** Multiplications and additions a second that a device does in registers: the best of `repeats` runs. */
export async function multiplyAddRate(device: GPUDevice, repeats: number): Promise<number> {
  const module = device.createShaderModule({ code })
  const pipeline = await device.createComputePipelineAsync({ layout: 'auto', compute: { module, entryPoint: 'main' } })
  // STORAGE and COPY_DST by value: Node has no global GPUBufferUsage.
  const buffer = device.createBuffer({ size: 4 * THREADS, usage: 0x80 | 0x8 })
  device.queue.writeBuffer(buffer, 0, new Float32Array([0.99, 0.5]))
  const group = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [{ binding: 0, resource: { buffer } }],
  })
  let best = Infinity
  for (let run = -1; run < repeats; run++) {
    const start = performance.now()
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, group)
    for (let i = 0; i < RUNS; i++) pass.dispatchWorkgroups(THREADS / 64)
    pass.end()
    device.queue.submit([encoder.finish()])
    await device.queue.onSubmittedWorkDone()
    if (run >= 0) best = Math.min(best, performance.now() - start)
  }
  buffer.destroy()
  return (2 * RUNS * THREADS * ROUNDS * CHAINS) / (best / 1000)
}
