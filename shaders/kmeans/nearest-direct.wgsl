//#if ${DIRECT}
// For few columns: (x − c)² is summed, which never cancels. Every thread keeps its POINTS points in registers and
// compares them with a group of four centroids at a time, only the minimum of which is compared with the nearest so
// far; which of the four it was is found at the end. UNIFORM reads the centroids from uniform buffers.
fn findNearest(first: u32, local: u32, nearest: ptr<function, array<u32, POINTS>>) {
  var x: array<f32, POINTS * COLUMNS>;
  for (var p = 0u; p < POINTS; p++) {
    // Past the end, the last point is processed again.
    let start = (parameters.firstRow + min(first + p * WORKGROUP_SIZE, parameters.rows - 1u)) * COLUMNS;
    for (var column = 0u; column < COLUMNS; column++) {
      x[p * COLUMNS + column] = (points[start + column] - shift[column]) * parameters.scale;
    }
  }
  var least: array<f32, POINTS>;
  for (var p = 0u; p < POINTS; p++) {
    least[p] = 3.4e38;
  }
  for (var group = 0u; group < parameters.groups; group++) {
    var squares: array<vec4<f32>, POINTS>;
    for (var p = 0u; p < POINTS; p++) {
      squares[p] = vec4<f32>();
    }
    for (var column = 0u; column < COLUMNS; column++) {
      let c = packed[column * parameters.groups + group];
      for (var p = 0u; p < POINTS; p++) {
        let difference = x[p * COLUMNS + column] - c;
        squares[p] += difference * difference;
      }
    }
    for (var p = 0u; p < POINTS; p++) {
      let pairs = min(squares[p].xy, squares[p].zw);
      let square = min(pairs.x, pairs.y);
      (*nearest)[p] = select((*nearest)[p], group, square < least[p]);
      least[p] = min(least[p], square);
    }
  }
  for (var p = 0u; p < POINTS; p++) {
    let group = (*nearest)[p];
    var squares = vec4<f32>();
    for (var column = 0u; column < COLUMNS; column++) {
      let difference = x[p * COLUMNS + column] - packed[column * parameters.groups + group];
      squares += difference * difference;
    }
    var lane = select(0u, 1u, squares.y < squares.x);
    var square = min(squares.x, squares.y);
    lane = select(lane, 2u, squares.z < square);
    square = min(square, squares.z);
    (*nearest)[p] = 4u * group + select(lane, 3u, squares.w < square);
  }
}
//#endif
