// For few columns: log densities of points in all components, their log density in the mixture, their most probable
// component, the lowest among equals, and their responsibilities, by threads that keep POINTS points in registers, which
// are WORKGROUP_SIZE apart, so that neighbouring threads have neighbouring points. Each point is whitened, y = W (x − m) +
// W (m − μ), with four rows of W at a time, which are read from uniform buffers and used for all of the thread's points;
// the sum of exponentials is kept relative to the largest term so far (M. Milakov and N. Gimelshein, "Online normalizer
// calculation for softmax", 2018).
//
// A record of a component: for every column its mean and the GROUPS vectors of W below it, then the vectors of the
// offsets and the constant. With DIAGONAL: vectors of means, of factors and of offsets, and the constant.

//#if ${DIAGONAL}
const RECORD = 3u * GROUPS + 1u;
//#else
const RECORD = COLUMNS * (GROUPS + 1u) + GROUPS + 1u;
//#endif

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let first = workgroupIndex(invocation) * (WORKGROUP_SIZE * POINTS) + invocation.local;
  let rows = parameters.rows;
  if (first >= rows) {
    return;
  }
  var x: array<f32, POINTS * COLUMNS>;
  var largest: array<f32, POINTS>;
  var sum: array<f32, POINTS>;
  var label: array<u32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    // Past the end, the last point is processed again.
    let start = (parameters.firstRow + min(first + p * WORKGROUP_SIZE, rows - 1u)) * parameters.columns;
    for (var column = 0u; column < COLUMNS; column++) {
      x[p * COLUMNS + column] = points[start + column];
    }
    largest[p] = -3e38;
  }
  for (var component = 0u; component < parameters.components; component++) {
    let record = component * RECORD;
    var square: array<f32, POINTS>;
//#if ${DIAGONAL}
    for (var p = 0u; p < POINTS; p++) {
      square[p] = 0.0;
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let mean = records[record + column / 4u][column % 4u];
      let factor = records[record + GROUPS + column / 4u][column % 4u];
      let offset = records[record + 2u * GROUPS + column / 4u][column % 4u];
      for (var p = 0u; p < POINTS; p++) {
        let y = (x[p * COLUMNS + column] - mean) * factor + offset;
        square[p] += y * y;
      }
    }
//#else
    var y: array<vec4<f32>, POINTS * GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
      let offset = records[record + COLUMNS * (GROUPS + 1u) + g];
      for (var p = 0u; p < POINTS; p++) {
        y[p * GROUPS + g] = offset;
      }
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let at = record + column * (GROUPS + 1u);
      let mean = records[at].x;
      var difference: array<f32, POINTS>;
      for (var p = 0u; p < POINTS; p++) {
        difference[p] = x[p * COLUMNS + column] - mean;
      }
      for (var g = 0u; g < GROUPS; g++) {
        if (4u * g + 3u >= column) {
          let factor = records[at + 1u + g];
          for (var p = 0u; p < POINTS; p++) {
            y[p * GROUPS + g] += difference[p] * factor;
          }
        }
      }
    }
    for (var p = 0u; p < POINTS; p++) {
      var squares = vec4<f32>();
      for (var g = 0u; g < GROUPS; g++) {
        squares += y[p * GROUPS + g] * y[p * GROUPS + g];
      }
      square[p] = (squares.x + squares.y) + (squares.z + squares.w);
    }
//#endif
    let constant = records[record + RECORD - 1u].x;
    for (var p = 0u; p < POINTS; p++) {
      let density = constant - 0.5 * min(square[p], 1e37);
      let above = density > largest[p];
      let ratio = exp(-abs(density - largest[p]));
      sum[p] = select(sum[p] + ratio, sum[p] * ratio + 1.0, above);
      largest[p] = max(largest[p], density);
      label[p] = select(label[p], component, above);
      if (first + p * WORKGROUP_SIZE < rows) {
        responsibilities[component * rows + first + p * WORKGROUP_SIZE] = density;
      }
    }
  }
  for (var p = 0u; p < POINTS; p++) {
    let point = first + p * WORKGROUP_SIZE;
    if (point < rows) {
      let row = parameters.firstRow + point;
      logDensities[row] = largest[p] + log(sum[p]);
      labels[row] = label[p];
//#if ${WEIGHTED}
      let weight = weights[row] / sum[p];
//#else
      let weight = 1.0 / sum[p];
//#endif
      for (var component = 0u; component < parameters.components; component++) {
        let at = component * rows + point;
        responsibilities[at] = weight * exp(responsibilities[at] - largest[p]);
      }
    }
  }
}
