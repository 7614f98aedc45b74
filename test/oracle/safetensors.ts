import { strict as assert } from 'node:assert'

/**
 * A strict reader of safetensors files by the specification, github.com/huggingface/safetensors, with all checks of the
 * format's own validator (no holes, no overlaps, nothing after the tensors).
 */
export function readSafetensors(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const headerBytes = Number(view.getBigUint64(0, true))
  assert.ok(headerBytes <= 100_000_000 && 8 + headerBytes <= file.length, `a header of ${headerBytes} bytes`)
  const text = new TextDecoder('utf-8', { fatal: true }).decode(file.subarray(8, 8 + headerBytes))
  assert.ok(text.startsWith('{'), 'the header must begin with {')
  const { __metadata__: metadata, ...entries } = JSON.parse(text)
  const start = 8 + headerBytes
  assert.ok(
    Object.values(metadata ?? {}).every((value) => typeof value === 'string'),
    'metadata are strings',
  )
  assert.equal(start % 8, 0, 'tensors are aligned')
  let covered = 0
  const tensors: Record<string, { dtype: string; shape: number[]; values: number[]; offsets: [number, number] }> = {}
  for (const [name, entry] of Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(
    entries,
  )) {
    const [begin, end] = entry.data_offsets
    assert.equal(begin, covered, `${name} begins where the tensor before it ends`)
    const size = 4 * entry.shape.reduce((product, length) => product * length, 1)
    assert.deepEqual([entry.dtype, end - begin], ['F32', size], `${name} has the bytes of its shape`)
    covered = end
    const values: number[] = []
    for (let at = begin; at < end; at += 4) values.push(view.getFloat32(start + at, true))
    tensors[name] = { dtype: entry.dtype, shape: entry.shape, values, offsets: entry.data_offsets }
  }
  assert.equal(start + covered, file.length, 'nothing follows the tensors')
  return { text, start, metadata: metadata as Record<string, string>, tensors }
}
