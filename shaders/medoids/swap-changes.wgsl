// How the cost changes when a candidate becomes a medoid and another medoid goes, for every candidate and the medoid that is
// best to go (E. Schubert and P. J. Rousseeuw, "Fast and eager k-medoids clustering", Information Systems 101, 2021). Points
// are sorted by their cluster, so that one register sums what each medoid's going costs: no candidate needs memory for all
// medoids, and no sum is one of large numbers that cancel.
//
// Candidates and points come in groups of four, column after column, so that a vector has a column of four of them. Every
// thread compares GROUPS groups of candidates with one group of points at a time, all sums in registers. UNIFORM reads the
// points from a uniform buffer, CACHED keeps the candidates' COLUMNS columns in registers. STORED reads distances instead.
// Long sums are of partial ones: of four points, of a cluster within a slice, of slices.

// More than any sum is.
const FAR = 3.4e38;

fn plus(sum: vec4<f32>, difference: vec4<f32>) -> vec4<f32> {
//#if ${MANHATTAN}
  return sum + abs(difference);
//#else
  return sum + difference * difference;
//#endif
}

@compute @workgroup_size(WORKGROUP_SIZE)
fn main(invocation: Invocation) {
  let index = invocationIndex(invocation);
  let threads = (parameters.count + GROUPS - 1u) / GROUPS;
  if (index >= threads) {
    return;
  }
  let columns = parameters.columns;
  let stride = parameters.candidateGroups;
  let pointGroups = parameters.pointGroups;
  // Groups of candidates; past the end, the last is compared again and not written.
  var own: array<u32, GROUPS>;
  // Sums of this slice: what all medoids together gain, and what the going of the present one costs.
  var gain: array<vec4<f32>, GROUPS>;
  var rise: array<vec4<f32>, GROUPS>;
  // The cost of going so far of a cluster that began in an earlier slice, and the least of all.
  var open: array<vec4<f32>, GROUPS>;
  var least: array<vec4<f32>, GROUPS>;
  var going: array<vec4<u32>, GROUPS>;
  for (var g = 0u; g < GROUPS; g++) {
    own[g] = parameters.first + min(index + g * threads, parameters.count - 1u);
    gain[g] = vec4<f32>();
    rise[g] = vec4<f32>();
    open[g] = vec4<f32>();
    least[g] = vec4<f32>(FAR);
    going[g] = vec4<u32>();
    if (parameters.begins == 0u) {
      least[g] = changes[3u * own[g] + 1u];
      open[g] = changes[3u * own[g] + 2u];
      going[g] = medoids[own[g]];
    }
  }
//#if ${CACHED}
  var cached: array<vec4<f32>, COLUMNS * GROUPS>;
  for (var column = 0u; column < COLUMNS; column++) {
    for (var g = 0u; g < GROUPS; g++) {
      cached[column * GROUPS + g] = candidates[column * stride + own[g]];
    }
  }
//#endif
  var group = 0u;
  for (var part = 0u; part < parameters.parts; part++) {
    let cluster = clusters[part];
    for (; group < cluster.x; group++) {
      var sum: array<vec4<f32>, GROUPS * 4u>;
//#if ${STORED}
      let rows = points[group];
      for (var g = 0u; g < GROUPS; g++) {
        sum[4u * g] = candidates[u32(rows.x) * stride + own[g]];
        sum[4u * g + 1u] = candidates[u32(rows.y) * stride + own[g]];
        sum[4u * g + 2u] = candidates[u32(rows.z) * stride + own[g]];
        sum[4u * g + 3u] = candidates[u32(rows.w) * stride + own[g]];
      }
//#else
      for (var s = 0u; s < GROUPS * 4u; s++) {
        sum[s] = vec4<f32>();
      }
//#if ${CACHED}
      for (var column = 0u; column < COLUMNS; column++) {
//#else
      for (var column = 0u; column < columns; column++) {
//#endif
        let y = points[column * pointGroups + group];
        for (var g = 0u; g < GROUPS; g++) {
//#if ${CACHED}
          let x = cached[column * GROUPS + g];
//#else
          let x = candidates[column * stride + own[g]];
//#endif
          sum[4u * g] = plus(sum[4u * g], x - y.x);
          sum[4u * g + 1u] = plus(sum[4u * g + 1u], x - y.y);
          sum[4u * g + 2u] = plus(sum[4u * g + 2u], x - y.z);
          sum[4u * g + 3u] = plus(sum[4u * g + 3u], x - y.w);
        }
      }
//#endif
      let nearest = points[columns * pointGroups + group];
      let second = points[(columns + 1u) * pointGroups + group];
      let weight = points[(columns + 2u) * pointGroups + group];
      for (var g = 0u; g < GROUPS; g++) {
        var gained = vec4<f32>();
        var risen = vec4<f32>();
        for (var lane = 0u; lane < 4u; lane++) {
          var distance = sum[4u * g + lane];
          if (parameters.rooted == 1u) {
            distance = sqrt(distance);
          }
          distance *= weight[lane];
          let near = min(distance, vec4<f32>(nearest[lane]));
          gained += near - nearest[lane];
          risen += min(distance, vec4<f32>(second[lane])) - near;
        }
        gain[g] += gained;
        rise[g] += risen;
      }
    }
    if (cluster.y != NONE) {
      for (var g = 0u; g < GROUPS; g++) {
        let cost = open[g] + rise[g];
        going[g] = select(going[g], vec4<u32>(cluster.y), cost < least[g]);
        least[g] = min(least[g], cost);
        open[g] = vec4<f32>();
        rise[g] = vec4<f32>();
      }
    }
  }
  for (var g = 0u; g < GROUPS; g++) {
    if (index + g * threads < parameters.count) {
      if (parameters.begins == 0u) {
        gain[g] += changes[3u * own[g]];
      }
      changes[3u * own[g]] = gain[g];
      changes[3u * own[g] + 1u] = least[g];
      changes[3u * own[g] + 2u] = open[g] + rise[g];
      medoids[own[g]] = going[g];
    }
  }
}
