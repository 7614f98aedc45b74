// Error diffusion (R. W. Floyd and L. Steinberg, "An adaptive algorithm for spatial greyscale", 1976) in serpentine
// rows, the first from left to right. A pixel gathers 7/16 of the error of the pixel before it in its row, and 3/16,
// 5/16 and 1/16 of those behind, at and ahead of its place in the row above, which ran the other way.
//
// A row that runs against the one above starts where that one ended, so there is no diagonal wavefront: by definition
// this is one chain through all pixels. It is nevertheless divided, exactly. One thread walks one segment of the row,
// first as if no error came in, then again with the error from the segment before it, until nothing differs: errors
// shrink to less than half from pixel to pixel, so two walks mostly agree after some 10 to 20 pixels, and from there on
// the first one was right. Once the errors between all segments agree, every pixel has the serial result, by induction
// from the first segment (Jacobi's iteration on a recurrence). Photographs take 25 to 55 sequential searches per row
// instead of its width. Flat areas in two colours can approach the worst case, one segment per round, which is serial.
//
// One workgroup processes all rows of a dispatch. `errors` has two rows, that of even and that of odd rows.

const MAX_WORKGROUP_SIZE = 256u;

/// The error that each segment gives out.
var<workgroup> given: array<vec4<i32>, MAX_WORKGROUP_SIZE>;
var<workgroup> changes: atomic<u32>;
var<workgroup> changed: u32;

// The row above at scan position i; no error comes from outside the image.
fn errorAbove(row: u32, i: u32, forward: bool) -> vec4<i32> {
  if (i >= parameters.width) {
    return vec4<i32>();
  }
  return errors[((row + 1u) & 1u) * parameters.width + select(parameters.width - 1u - i, i, forward)];
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(local_invocation_index) local: u32) {
  let width = parameters.width;
  let begin = min(local * parameters.segment, width);
  let end = min(begin + parameters.segment, width);
  for (var offset = 0u; offset < parameters.rowCount; offset++) {
    let row = parameters.firstRow + offset;
    let forward = (row & 1u) == 0u;
    let firstPixel = parameters.firstPixel + offset * width;
    var taken = vec4<i32>();
    var last = vec4<i32>();
    var walked = false;
    var stale = begin < end;
    loop {
      if (stale) {
        var error = taken;
        var behind = errorAbove(row, begin - 1u, forward);
        var here = errorAbove(row, begin, forward);
        var met = false;
        for (var i = begin; i < end; i++) {
          let x = select(width - 1u - i, i, forward);
          let ahead = errorAbove(row, i + 1u, forward);
          let sum = 7 * error + 3 * behind + 5 * here + ahead;
          behind = here;
          here = ahead;
          let pixel = canonicalColor(pixels[firstPixel + x]);
          let wanted = changeColor(pixel, (sum * parameters.strength + 2048) >> vec4<u32>(12u));
          let entry = nearestEntry(wanted);
          error = colorError(wanted, palette[entry]);
          entries[firstPixel + x] = entry;
          let at = (row & 1u) * width + x;
          met = walked && all(error == errors[at]);
          if (met) {
            break;
          }
          errors[at] = error;
        }
        if (!met && any(error != last)) {
          last = error;
          atomicStore(&changes, 1u);
        }
        given[local] = last;
        walked = true;
      }
      workgroupBarrier();
      stale = false;
      if (local > 0u && begin < end) {
        stale = any(given[local - 1u] != taken);
        taken = given[local - 1u];
      }
      if (local == 0u) {
        changed = atomicExchange(&changes, 0u);
      }
      if (workgroupUniformLoad(&changed) == 0u) {
        break;
      }
    }
    storageBarrier();
  }
}
