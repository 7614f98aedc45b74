// The assignment of SLIC (Achanta et al., "SLIC superpixels compared to state-of-the-art superpixel methods", IEEE TPAMI
// 34(11), 2012) on a fixed grid of cells (Ren and Reid, "gSLIC: a real-time implementation of SLIC superpixel
// segmentation", 2011): a pixel goes to the nearest of the centres of its cell and those around it, by the distance of
// colours and, scaled, of places; of equally near ones to the first. With LABELS it is written down, otherwise added to
// its sums.
//
// A workgroup does a tile, a part of a cell of at most 64 × 64 pixels, which are all compared with the same nine centres. A
// thread goes down columns, at most 256 pixels, and keeps the sums for each centre packed in few words. Distances are
// without the square of the pixel: |c|² − 2p·c.

//#if ${ALPHA}
// L and alpha; a and x; b and y; pixels.
alias Sums = vec4<u32>;
const SUM_PARTS = 4u;
const SECOND_SHIFT = 17u;
//#else
// L and pixels; a and x; b and y.
alias Sums = vec3<u32>;
const SUM_PARTS = 3u;
const SECOND_SHIFT = 19u;
//#endif
const PLACE_SHIFT = 18u;

var<workgroup> tileSums: array<array<Sums, SLOTS>, WORKGROUP_SIZE>;

fn packed(fields: vec4<u32>, column: u32, row: u32) -> Sums {
  let colors = fields.xyz | vec3<u32>(0u, column << PLACE_SHIFT, row << PLACE_SHIFT);
//#if ${ALPHA}
  return vec4<u32>(colors.x | (fields.w << SECOND_SHIFT), colors.yz, 1u);
//#else
  return vec3<u32>(colors.x | (1u << SECOND_SHIFT), colors.yz);
//#endif
}

// A place, in 2^-PLACE_BITS pixels from the first pixel of the cell, in units of colour.
fn scaled(place: u32) -> i32 {
  return (i32(place) * i32(parameters.placeScale)) >> parameters.placeShift;
}

fn productOf(a: vec4<i32>, b: vec4<i32>) -> i32 {
//#if ${ALPHA}
  return a.x * b.x + a.y * b.y + a.z * b.z + a.w * b.w;
//#else
  return a.x * b.x + a.y * b.y + a.z * b.z;
//#endif
}

// The grid's cell by a slot: 0 … 8 are those around a cell and itself, row by row; at the border some are the same.
fn neighborOf(cell: vec2<u32>, slot: u32) -> u32 {
  let x = min(max(cell.x + slot % 3u, 1u) - 1u, parameters.columns - 1u);
  let y = min(max(cell.y + slot / 3u, 1u) - 1u, parameters.rows - 1u);
  return y * parameters.columns + x;
}

//#if ${LABELS}
//#else
// Adds to a sum of a centre by its number: L, a, b, alpha, x, y.
fn addSum(center: u32, number: u32, value: u32) {
  let at = SUM_WORDS * center + 1u + 2u * number;
  let before = atomicAdd(&sums[at], value);
  if (before + value < before) {
    atomicAdd(&sums[at + 1u], 1u);
  }
}

// Adds the sums of the workgroup's threads for a slot to those of its centre; a part of them by `word`.
fn addSums(center: u32, slot: u32, word: u32, first: vec2<u32>) {
  let shift = select(PLACE_SHIFT, SECOND_SHIFT, word == 0u);
  var low = 0u;
  var high = 0u;
  for (var thread = 0u; thread < WORKGROUP_SIZE; thread++) {
    let both = tileSums[thread][slot][word];
    low += both & ((1u << shift) - 1u);
    high += both >> shift;
  }
  var count = 0u;
//#if ${ALPHA}
  if (word == 3u) {
    count = low;
  } else {
    addSum(center, word, low);
    addSum(center, 3u + word, high);
  }
//#else
  addSum(center, word, low);
  if (word == 0u) {
    count = high;
  } else {
    addSum(center, 3u + word, high);
  }
//#endif
  if (count != 0u) {
    atomicAdd(&sums[SUM_WORDS * center], count);
    addSum(center, 4u, count * first.x);
    addSum(center, 5u, count * first.y);
  }
}
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let across = parameters.columns * parameters.tilesAcross;
  let down = parameters.rows * parameters.tilesDown;
  let index = workgroupIndex(invocation);
  // Workgroups that the fold of the grid adds have no pixels.
  let isTile = index < across * parameters.tileRows;
  let tile = vec2<u32>(index % across, min(parameters.firstTileRow + index / across, down - 1u));
  let size = vec2<u32>(parameters.width, parameters.height);
  let first = tile * size / vec2<u32>(across, down);
  let extent = (tile + 1u) * size / vec2<u32>(across, down) - first;
  let cell = tile / vec2<u32>(parameters.tilesAcross, parameters.tilesDown);
  let origin = cell * size / vec2<u32>(parameters.columns, parameters.rows);

  var colors: array<vec4<i32>, SLOTS>;
  var constants: array<i32, SLOTS>;
  var placesX: array<i32, SLOTS>;
  var placesY: array<i32, SLOTS>;
  for (var slot = 0u; slot < SLOTS; slot++) {
    let at = CENTER_WORDS * neighborOf(cell, slot);
    let color = vec4<i32>(vec4<u32>(centers[at], centers[at + 1u], centers[at + 2u], centers[at + 3u]));
    let x = scaled(centers[at + 4u] - (origin.x << PLACE_BITS));
    let y = scaled(centers[at + 5u] - (origin.y << PLACE_BITS));
    colors[slot] = -2 * color;
    constants[slot] = productOf(color, color) + x * x + y * y;
    placesX[slot] = -2 * x;
    placesY[slot] = -2 * y;
  }

  let span = min(extent.x, WORKGROUP_SIZE);
  let step = WORKGROUP_SIZE / span;
  let firstRow = invocation.local / span;
  let columnEnd = select(0u, extent.x, firstRow < step && isTile);
  let fraction = fractionOf(parameters.fraction);
  var own: array<Sums, SLOTS>;
  for (var column = invocation.local % span; column < columnEnd; column += span) {
    let x = scaled((first.x + column - origin.x) << PLACE_BITS);
    var inColumn: array<i32, SLOTS>;
    for (var slot = 0u; slot < SLOTS; slot++) {
      inColumn[slot] = constants[slot] + x * placesX[slot];
    }
    for (var row = firstRow; row < extent.y; row += step) {
      let at = (first.y + row) * parameters.width + first.x + column;
      let fields = fieldsOf(words[at]);
      let color = vec4<i32>(fields << fraction);
      let y = scaled((first.y + row - origin.y) << PLACE_BITS);
      var nearest = 0u;
      var least = 0x7fffffff;
      for (var slot = 0u; slot < SLOTS; slot++) {
        let distance = inColumn[slot] + y * placesY[slot] + productOf(color, colors[slot]);
        nearest = select(nearest, slot, distance < least);
        least = min(least, distance);
      }
//#if ${LABELS}
      labels[at] = neighborOf(cell, nearest);
//#else
      let pixel = packed(fields, column, row);
      for (var slot = 0u; slot < SLOTS; slot++) {
        own[slot] += select(Sums(), pixel, nearest == slot);
      }
//#endif
    }
  }
//#if ${LABELS}
//#else
  for (var slot = 0u; slot < SLOTS; slot++) {
    tileSums[invocation.local][slot] = own[slot];
  }
  workgroupBarrier();
  for (var item = invocation.local; item < SUM_PARTS * SLOTS; item += WORKGROUP_SIZE) {
    let slot = item / SUM_PARTS;
    addSums(neighborOf(cell, slot), slot, item % SUM_PARTS, first);
  }
//#endif
}
