/**
 * A reader of safetensors files by the letter of the specification, github.com/huggingface/safetensors: what any other
 * tool would see.
 */
export function readSafetensors(file: Uint8Array) {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const headerBytes = Number(view.getBigUint64(0, true))
  const text = new TextDecoder().decode(file.subarray(8, 8 + headerBytes))
  if (!text.startsWith('{')) throw new Error('the header must begin with {')
  const { __metadata__: metadata, ...entries } = JSON.parse(text)
  const start = 8 + headerBytes
  const tensors: Record<string, { dtype: string; shape: number[]; values: number[]; offsets: [number, number] }> = {}
  for (const [name, entry] of Object.entries<{ dtype: string; shape: number[]; data_offsets: [number, number] }>(
    entries,
  )) {
    const [begin, end] = entry.data_offsets
    const values: number[] = []
    for (let at = begin; at < end; at += 4) values.push(view.getFloat32(start + at, true))
    tensors[name] = { dtype: entry.dtype, shape: entry.shape, values, offsets: entry.data_offsets }
  }
  return { text, start, metadata: metadata as Record<string, string>, tensors }
}
