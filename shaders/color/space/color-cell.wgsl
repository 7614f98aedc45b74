// The colour cube, cut into 2^bits parts along every axis. Oklab's a and b need one bit less than its L. Along alpha it
// ends at OPAQUE.

//#if ${OKLAB}
const AXIS_BITS = vec4<u32>(15u, 14u, 14u, 15u);
const OPAQUE = 31875u;
//#else
const AXIS_BITS = vec4<u32>(15u);
const OPAQUE = 32640u;
//#endif

// The cell of coordinates.
fn colorCell(coordinates: vec4<u32>, bits: u32) -> u32 {
  let c = coordinates >> (AXIS_BITS - bits);
//#if ${ALPHA}
  return (((((c.x << bits) | c.y) << bits) | c.z) << bits) | c.w;
//#else
  return (((c.x << bits) | c.y) << bits) | c.z;
//#endif
}

// The minimum coordinates in a cell; the maximum are larger by `cellExtent(bits) - 1`.
fn cellOrigin(cell: u32, bits: u32) -> vec4<u32> {
  let mask = (1u << bits) - 1u;
//#if ${ALPHA}
  let index = vec4<u32>(cell >> (3u * bits), (cell >> (2u * bits)) & mask, (cell >> bits) & mask, cell & mask);
//#else
  let index = vec4<u32>(cell >> (2u * bits), (cell >> bits) & mask, cell & mask, 0u);
//#endif
  return index << (AXIS_BITS - bits);
}

// The position of a cell's i-th candidate: the first ones of all cells are consecutive, followed by the second ones.
// Most lists are short, so that a pass over them touches little memory: with consecutive lists, each with room for all
// centroids, it took 3 of 11 ms longer (318 000 colours, 256 centroids, llvmpipe).
fn candidateAt(cell: u32, i: u32, bits: u32) -> u32 {
//#if ${ALPHA}
  return (i << (4u * bits)) + cell;
//#else
  return (i << (3u * bits)) + cell;
//#endif
}

fn cellExtent(bits: u32) -> vec4<u32> {
//#if ${ALPHA}
  return vec4<u32>(1u) << (AXIS_BITS - bits);
//#else
  return vec4<u32>(vec3<u32>(1u) << (AXIS_BITS.xyz - bits), 1u);
//#endif
}
