/** The address tracer of the bench, on shaders whose addresses are known. */
import { createEngine, type Engine, kmeans } from 'lloyd'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DispatchMeasures, measureDispatch } from '../../bench/addresses/access-measures.js'
import { traceDevice } from '../../bench/addresses/trace-device.js'

let engine: Engine
let tracer: ReturnType<typeof traceDevice>
let device: GPUDevice
beforeAll(async () => {
  engine = await createEngine({ backend: 'webgpu' })
  device = engine.device!
  tracer = traceDevice(device)
})
afterAll(() => engine.destroy())

const THREADS = 128
/** Operations for the number of a thread. */
const INDEX = 2

/** Runs a shader body on `THREADS` threads with numbers `i` in `source` and `target`, and measures it. */
async function measure(body: string, size = 64): Promise<{ measures: DispatchMeasures; target: Float32Array }> {
  const code = `override WORKGROUP_SIZE: u32 = 1;
    @group(0) @binding(0) var<storage, read> source: array<f32>;
    @group(0) @binding(1) var<storage, read_write> target_: array<f32>;
    @group(0) @binding(2) var<storage, read> wide: array<vec4<f32>>;
    var<workgroup> shared_: array<array<f32, 32>, 32>; // rows of 32 words
    struct Invocation { @builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32 }
    @compute @workgroup_size(WORKGROUP_SIZE)
    fn main(at: Invocation) { let i = at.group.x * WORKGROUP_SIZE + at.local; ${body} }`
  const types = ['read-only-storage', 'storage', 'read-only-storage'] as const
  const layout = device.createBindGroupLayout({
    entries: types.map((type, binding) => ({ binding, visibility: 4, buffer: { type } })),
  })
  const pipeline = await device.createComputePipelineAsync({
    label: 'known',
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module: device.createShaderModule({ code }), entryPoint: 'main', constants: { WORKGROUP_SIZE: size } },
  })
  const buffers = types.map(() => device.createBuffer({ size: 2 ** 20, usage: 0x80 | 0x8 | 0x4 }))
  for (const buffer of buffers)
    device.queue.writeBuffer(
      buffer,
      0,
      Float32Array.from({ length: 2 ** 18 }, (_, i) => i),
    )
  const entries = buffers.map((buffer, binding) => ({ binding, resource: { buffer } }))
  const encoder = device.createCommandEncoder()
  const pass = encoder.beginComputePass()
  pass.setPipeline(pipeline)
  pass.setBindGroup(0, device.createBindGroup({ layout, entries }))
  pass.dispatchWorkgroups(THREADS / size)
  pass.end()
  const copy = device.createBuffer({ size: 4 * THREADS, usage: 0x8 | 0x1 })
  encoder.copyBufferToBuffer(buffers[1], 0, copy, 0, 4 * THREADS)
  device.queue.submit([encoder.finish()])
  await copy.mapAsync(1)
  const target = new Float32Array(copy.getMappedRange().slice(0))
  const [dispatch] = await tracer.read()
  expect(dispatch).toMatchObject({ kernel: 'known', threads: THREADS, dispatches: 1, allThreads: THREADS })
  expect(dispatch.groups.map(({ length }) => length)).toEqual([32, 32, 32, 32])
  return { measures: measureDispatch(dispatch), target }
}

const arrayOf = ({ arrays }: DispatchMeasures, name: string) => {
  const { needed, touched, distinct, cached } = arrays.find((array) => array.name === name)!
  return { sectors: touched / needed, cached: cached / distinct }
}

test('neighbours on neighbouring addresses need no more sectors than they ask for', async () => {
  const { measures, target } = await measure('target_[i] = 2.0 * source[i] + wide[i].y;')
  expect(target[5]).toBe(2 * 5 + 21)
  expect(arrayOf(measures, 'source')).toEqual({ sectors: 1, cached: 1 })
  expect(measures.arrays.find(({ name }) => name === 'wide')).toMatchObject({ bytes: 512, touched: 512 })
  expect(measures).toMatchObject({ busy: 1, barriers: 0, operations: INDEX + 2, bankTurns: null, cut: false })
})

test('one thread a row of eight numbers: eight times the sectors, which a cache makes up for', async () => {
  const { measures, target } = await measure(`
    var sum = 0.0;
    for (var c = 0u; c < 8u; c++) { sum += source[i * 8u + c]; }
    target_[i] = sum;`)
  expect(target[1]).toBe(92)
  expect(arrayOf(measures, 'source')).toEqual({ sectors: 8, cached: 1 })
  expect(arrayOf(measures, 'target_')).toEqual({ sectors: 1, cached: 1 })
  expect(measures.operations).toBe(INDEX + 8)
})

test('one number of each row: eight times the sectors, with any cache', async () => {
  const { measures } = await measure('target_[i] = source[u32(source[i]) * 8u];')
  expect(arrayOf(measures, 'source').cached).toBeGreaterThan(4)
})

test('all lanes on one address need one sector', async () => {
  const { measures } = await measure('target_[i] = source[7] + source[i32(3)];')
  expect(arrayOf(measures, 'source')).toEqual({ sectors: 1, cached: 1 })
})

test('columns of rows of 32 words in workgroup memory take 32 turns, rows one', async () => {
  const column = await measure(
    'let l = at.local; shared_[l][0] = source[i]; workgroupBarrier(); target_[i] = shared_[l][0];',
    32,
  )
  expect(column.target[40]).toBe(40)
  expect(column.measures).toMatchObject({ bankTurns: 32, barriers: 1 })
  const row = await measure(
    'let l = at.local; shared_[0][l] = source[i]; workgroupBarrier(); target_[i] = shared_[0][l];',
    32,
  )
  expect(row.measures).toMatchObject({ bankTurns: 1, barriers: 1 })
})

test('a loop of as many turns as the lane keeps half of the lanes busy', async () => {
  const { measures } = await measure('for (var n = 0u; n < at.local % 32u + 1u; n++) { target_[i] += 1.0; }')
  expect(measures.busy).toBeCloseTo(33 / 64, 5)
  expect(measures.operations).toBe(INDEX + 16.5)
})

test('loops longer than the log say so', async () => {
  const { measures } = await measure('for (var n = 0u; n < 3000u; n++) { target_[i] += source[n]; }')
  expect(measures.cut).toBe(true)
})

test('results of the engine are those without the trace, and all of its dispatches are there', async () => {
  using plain = await createEngine({ backend: 'webgpu' })
  const points = Array.from({ length: 500 }, (_, i) => [(i * 37) % 101, (i * 53) % 89])
  const options = { k: 7, seed: 1 }
  const expected = await kmeans(plain, points, options)
  expect(await kmeans(engine, points, options)).toEqual(expected)
  const dispatches = await tracer.read()
  expect(dispatches.map(({ kernel }) => kernel)).toContain('nearest-centroid')
  for (const { groups } of dispatches) expect(groups.flat().some(({ accesses }) => accesses.length > 0)).toBe(true)
})
