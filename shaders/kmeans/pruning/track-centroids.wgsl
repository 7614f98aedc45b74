// The paths of centroids (track-centroids.ts). One workgroup; a thread takes every 64th centroid.

const UP = 1.0 + 1.0 / 1048576.0;

var<workgroup> longest: array<f32, WORKGROUP_SIZE>;
var<workgroup> largest: array<f32, WORKGROUP_SIZE>;

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let local = invocation.local;
  let paths = 4u * parameters.groups;
  let anew = parameters.anew != 0u;
  // Sums of squares lose a share of their columns' rounding errors.
  let up = UP * (1.0 + f32(parameters.columns) / 8388608.0);
  for (var c = local; c < parameters.centroidCount; c += WORKGROUP_SIZE) {
    var squares = 0.0;
    var norm = 0.0;
    for (var at = c * parameters.columns; at < (c + 1u) * parameters.columns; at++) {
      let moved = centroids[at] - former[at];
      squares += moved * moved;
      norm += centroids[at] * centroids[at];
      former[at] = centroids[at];
    }
    let moved = select(sqrt(squares) * up, 0.0, anew);
    if (moved > 0.0) {
      motion[paths + c] = (motion[paths + c] + moved) * UP;
    }
    if (anew) {
      motion[paths + c] = 0.0;
    }
    motion[c] = halfNorms[c];
    longest[local] = max(longest[local], moved);
    largest[local] = max(largest[local], sqrt(norm) * up);
  }
  workgroupBarrier();
  if (local > 0u) {
    return;
  }
  var farthest = 0.0;
  var reach = 0.0;
  for (var i = 0u; i < WORKGROUP_SIZE; i++) {
    farthest = max(farthest, longest[i]);
    reach = max(reach, largest[i]);
  }
  if (anew) {
    motion[2u * paths] = 0.0;
  } else if (farthest > 0.0) {
    motion[2u * paths] = (motion[2u * paths] + farthest) * UP;
  }
  motion[2u * paths + 1u] = reach;
}
