// The first centres of SLIC: the pixel in the middle of each cell or, of those around it in the cell, the one where the
// colour changes least, with the middle and then the first preferred. A thread does one cell.

// The word of a pixel, or of the nearest one of the image.
fn wordAt(x: i32, y: i32) -> u32 {
  let last = vec2<i32>(i32(parameters.width), i32(parameters.height)) - 1;
  let at = vec2<u32>(clamp(vec2<i32>(x, y), vec2<i32>(), last));
  return words[at.y * parameters.width + at.x];
}

fn wordDistance(a: u32, b: u32) -> u32 {
  let fraction = fractionOf(0u);
  return colorDistance(fieldsOf(a) << fraction, fieldsOf(b) << fraction);
}

fn gradient(x: i32, y: i32) -> u32 {
  return wordDistance(wordAt(x - 1, y), wordAt(x + 1, y)) + wordDistance(wordAt(x, y - 1), wordAt(x, y + 1));
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let cell = invocationIndex(invocation);
  let cells = vec2<u32>(parameters.columns, parameters.rows);
  if (cell >= cells.x * cells.y) {
    return;
  }
  let size = vec2<u32>(parameters.width, parameters.height);
  let position = vec2<u32>(cell % cells.x, cell / cells.x);
  let first = vec2<i32>(position * size / cells);
  let last = vec2<i32>((position + 1u) * size / cells) - 1;
  let middle = (first + last + 1) / 2;
  var chosen = middle;
  var least = gradient(middle.x, middle.y);
  for (var i = 0; i < 9; i++) {
    let place = middle + vec2<i32>(i % 3 - 1, i / 3 - 1);
    if (all(place >= first) && all(place <= last)) {
      let own = gradient(place.x, place.y);
      chosen = select(chosen, place, own < least);
      least = min(least, own);
    }
  }
  let color = fieldsOf(wordAt(chosen.x, chosen.y)) << fractionOf(parameters.fraction);
  let at = CENTER_WORDS * cell;
  centers[at] = color.x;
  centers[at + 1u] = color.y;
  centers[at + 2u] = color.z;
  centers[at + 3u] = color.w;
  centers[at + 4u] = u32(chosen.x) << PLACE_BITS;
  centers[at + 5u] = u32(chosen.y) << PLACE_BITS;
}
