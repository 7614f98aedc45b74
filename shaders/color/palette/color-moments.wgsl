// The moments that Wu's seeding needs (X. Wu, "Efficient statistical computations for optimal color quantization",
// Graphics Gems II, 1991), exact: per cell of a coarse histogram the weights, the sums of the coordinates, rounded to
// multiples of 2^shift, and the sum of their squares, as 64-bit integers: n, Σx, Σy, Σz, Σw, Σ(x²+y²+z²+w²). One thread
// adds one distinct colour. Fully transparent pixels can be left out, if they have their own entry. The last layer of
// cells along alpha is only for opaque colours.

fn addMoment(index: u32, value: vec2<u32>) {
  let old = atomicAdd(&moments[2u * index], value.x);
  let high = value.y + select(0u, 1u, old + value.x < old);
  if (high != 0u) {
    atomicAdd(&moments[2u * index + 1u], high);
  }
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let i = invocationIndex(invocation);
  if (i >= parameters.colorCount) {
    return;
  }
  let c = loadPoint(i);
//#if ${ALPHA}
  if (c.w == 0u && parameters.skipTransparent != 0u) {
    return;
  }
//#endif
  let shift = vec4<u32>(parameters.shift);
  let v = (c + ((1u << parameters.shift) >> 1u)) >> shift;
  var cell = colorCell(v << shift, parameters.cellBits);
//#if ${ALPHA}
  let last = (1u << parameters.cellBits) - 1u;
  if (c.w < OPAQUE && (cell & last) == last) {
    cell -= min(last, 1u);
  }
//#endif
  let first = cell * CELL_MOMENTS;
  let count = weights[i];
  addMoment(first, vec2<u32>(count, 0u));
  addMoment(first + 1u, multiplyU64(count, v.x));
  addMoment(first + 2u, multiplyU64(count, v.y));
  addMoment(first + 3u, multiplyU64(count, v.z));
//#if ${ALPHA}
  addMoment(first + 4u, multiplyU64(count, v.w));
//#endif
  addMoment(first + 5u, multiplyU64(count, v.x * v.x + v.y * v.y + v.z * v.z + v.w * v.w));
}
