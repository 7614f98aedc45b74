// Dense matrix product C = f(A·B + bias), in batches. One thread keeps ROWS × COLUMNS elements of C in registers, so
// that each loaded element is used COLUMNS or ROWS times (register blocking: V. Volkov and J. Demmel, SC 2008).
// Neighbours have neighbouring columns, and all threads of a workgroup have the same rows, so that elements of A are
// read once for all.
//
// A and B are read by strides, so that either may be stored transposed. VECTOR reads B and writes C four columns at a
// time; the lengths and offsets of their rows are then multiples of four, as is COLUMNS. ONES treats the last row of A
// as ones: with A the inputs and B the gradients of a layer's outputs, the last row of the product is then the gradient
// of the biases. SUBGROUPS shares elements of A within a subgroup, of at least SHARED_ROWS lanes in use. The order of
// summation does not depend on the tile.

//#if ${VECTOR}
const WIDTH = 4u;
alias Vector = vec4<f32>;
//#else
const WIDTH = 1u;
alias Vector = f32;
//#endif
// Number of vectors of columns per thread.
const GROUPS = COLUMNS / WIDTH;

fn biasOf(column: u32) -> Vector {
  if (parameters.biased == 0u) {
    return Vector();
  }
  let at = parameters.biasOffset + column;
//#if ${VECTOR}
  return vec4<f32>(bias[at], bias[at + 1u], bias[at + 2u], bias[at + 3u]);
//#else
  return bias[at];
//#endif
}

fn activateAll(z: Vector) -> Vector {
  let kind = parameters.activation;
//#if ${VECTOR}
  return vec4<f32>(activate(kind, z.x), activate(kind, z.y), activate(kind, z.z), activate(kind, z.w));
//#else
  return activate(kind, z);
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(
  // Not in one struct with `local`, whose members the compiler would not know to be uniform.
  @builtin(workgroup_id) workgroup: vec3<u32>,
  @builtin(num_workgroups) grid: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
//#if ${SUBGROUPS}
  @builtin(subgroup_invocation_id) lane: u32,
//#endif
) {
  let columns = parameters.columns;
  let columnBlocks = (columns + WORKGROUP_SIZE * COLUMNS - 1u) / (WORKGROUP_SIZE * COLUMNS);
  let rowBlocks = (parameters.rowCount + ROWS - 1u) / ROWS;
  let block = workgroup.y * grid.x + workgroup.x;
  let batch = block / (rowBlocks * columnBlocks);
  if (batch >= parameters.batches) {
    return;
  }
  let firstRow = parameters.firstRow + block / columnBlocks % rowBlocks * ROWS;
  let endRow = parameters.firstRow + parameters.rowCount;
  let firstColumn = (block % columnBlocks * (WORKGROUP_SIZE * GROUPS) + local) * WIDTH;
  let depth = parameters.depth;

  // Past the end, the last row or column is computed again and not written.
  let aStart = parameters.aOffset + batch * parameters.aBatch;
//#if ${SUBGROUPS}
  // Each of SHARED_ROWS lanes reads one row, which it shares with all lanes.
  var aAt: array<u32, ROWS / SHARED_ROWS>;
  for (var s = 0u; s < ROWS / SHARED_ROWS; s++) {
    aAt[s] = aStart + min(firstRow + s * SHARED_ROWS + lane % SHARED_ROWS, endRow - 1u) * parameters.aRow;
  }
//#else
  var aAt: array<u32, ROWS>;
  for (var r = 0u; r < ROWS; r++) {
    aAt[r] = aStart + min(firstRow + r, endRow - 1u) * parameters.aRow;
  }
//#endif
  var bAt: array<u32, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    let column = min(firstColumn + g * WORKGROUP_SIZE * WIDTH, columns - WIDTH);
    bAt[g] = (parameters.bOffset + batch * parameters.bBatch + column * parameters.bColumn) / WIDTH;
  }
  let bStep = parameters.bDepth / WIDTH;

  var sum: array<Vector, ROWS * GROUPS>;
  for (var k = 0u; k < depth; k++) {
    var y: array<Vector, GROUPS>;
    for (var g = 0u; g < GROUPS; g++) {
      y[g] = b[bAt[g] + k * bStep];
    }
//#if ${SUBGROUPS}
    var own: array<f32, ROWS / SHARED_ROWS>;
    for (var s = 0u; s < ROWS / SHARED_ROWS; s++) {
      own[s] = a[aAt[s] + k * parameters.aDepth];
    }
//#endif
    for (var r = 0u; r < ROWS; r++) {
//#if ${SUBGROUPS}
      let element = subgroupShuffle(own[r / SHARED_ROWS], r % SHARED_ROWS);
//#else
      let element = a[aAt[r] + k * parameters.aDepth];
//#endif
//#if ${ONES}
      let x = select(element, 1.0, firstRow + r >= parameters.rows - 1u);
//#else
      let x = element;
//#endif
      for (var g = 0u; g < GROUPS; g++) {
        sum[r * GROUPS + g] += x * y[g];
      }
    }
  }

  for (var g = 0u; g < GROUPS; g++) {
    let column = firstColumn + g * WORKGROUP_SIZE * WIDTH;
    if (column < columns) {
      let addend = biasOf(column);
      for (var r = 0u; r < ROWS; r++) {
        let row = firstRow + r;
        if (row < endRow) {
          let at = parameters.productOffset + (batch * parameters.rows + row) * columns + column;
          product[at / WIDTH] = activateAll(sum[r * GROUPS + g] + addend);
        }
      }
    }
  }
}
