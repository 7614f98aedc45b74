// The label of every pixel, four 8-bit or (WIDE) two 16-bit labels to a word. One thread writes one word.

struct Parameters {
  pixelCount: u32,
  slotMask: u32,
  wordCount: u32,
}

@group(0) @binding(0) var<uniform> parameters: Parameters;
@group(0) @binding(1) var<storage, read> pixels: array<u32>;
@group(0) @binding(2) var<storage, read> keys: array<u32>;
@group(0) @binding(3) var<storage, read> slotLabels: array<u32>;
@group(0) @binding(4) var<storage, read_write> indices: array<u32>;

//#if ${WIDE}
const PER_WORD = 2u;
//#else
const PER_WORD = 4u;
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let word = linearWorkgroup(workgroup, grid) * WORKGROUP_SIZE + local;
  let first = word * PER_WORD;
  if (word >= parameters.wordCount) {
    return;
  }
  var packed = 0u;
  for (var i = 0u; i < min(PER_WORD, parameters.pixelCount - first); i++) {
    let label = slotLabel(pixels[first + i]);
    packed |= label << (i * (32u / PER_WORD));
  }
  indices[word] = packed;
}
