import source from '../../../shaders/medoids/swap-changes.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { NONE } from '../shared/none.js'

/** More than any sum is. */
const FAR = 3.4e38

/**
 * The change of the cost, for each candidate, when it becomes a medoid and the one that is best to go goes: for `count` groups
 * of four candidates from `first` on, a slice of the points after another, the first of which `begins`.
 *
 * `candidates`: a vector of every group for each of `columns` coordinates. `points`: those of `pointGroups` groups of points in
 * the same way, followed by the weighted distances to their nearest and to their second nearest medoid, and by their weights;
 * points are sorted by their cluster, that is their nearest medoid, and each cluster is filled to whole groups with points of
 * weight and distances 0.
 * `clusters`: for each of `parts` clusters in the slice the group after its last one, and its medoid; NONE if the next slice
 * goes on with it. With STORED, `candidates` are distances, a vector of every group for each point, and the one column of the
 * points is their row in it. `rooted` is 1: distances are roots of sums.
 *
 * `changes`, for every group: what the points nearer to a candidate than to their medoid gain, Σ w · min(d − d₁, 0); what the
 * going of a medoid costs beyond that, Σ w · (min(d, d₂) − min(d, d₁)) over its cluster, the least of them; and that of the
 * cluster that goes on. Their first two sums are the change. `medoids`: the medoid of the least, the first of equal ones.
 * UNIFORM: `points` is a uniform buffer. CACHED: for few columns, their number is the constant COLUMNS.
 */
export const swapChanges = /* @__PURE__ */ defineKernel({
  name: 'swap-changes',
  sources: [gridSource, source],
  parameters: {
    columns: 'u32',
    first: 'u32',
    count: 'u32',
    candidateGroups: 'u32',
    pointGroups: 'u32',
    parts: 'u32',
    begins: 'u32',
    rooted: 'u32',
  },
  bindings: {
    candidates: 'read vec4<f32>',
    points: 'read vec4<f32>',
    clusters: 'read vec2<u32>',
    changes: 'read_write vec4<f32>',
    medoids: 'read_write vec4<u32>',
  },
  words: { NONE },
  flags: { MANHATTAN: false, UNIFORM: false, CACHED: false, STORED: false },
  uniforms: { UNIFORM: ['points'] },
  constants: { GROUPS: 1, COLUMNS: 1 },
  registerLoops: true,
  workgroupSize: 64,
  workgroups: ({ count }, size, { GROUPS }) => Math.ceil(Math.ceil(count / GROUPS) / size),
  twin(parameters, { candidates, points, clusters, changes, medoids }, { MANHATTAN, STORED }) {
    const { columns, first, count, candidateGroups, pointGroups, parts, begins, rooted } = parameters
    const width = 4 * pointGroups
    const distances = new Float32Array(width)
    for (let candidate = 4 * first; candidate < 4 * (first + count); candidate++) {
      if (STORED) {
        for (let at = 0; at < width; at++) distances[at] = candidates[4 * candidateGroups * points[at] + candidate]
      } else {
        distances.fill(0)
        for (let column = 0; column < columns; column++) {
          const x = candidates[4 * column * candidateGroups + candidate]
          for (let at = 0, from = column * width; at < width; at++, from++) {
            const difference = x - points[from]
            distances[at] += MANHATTAN ? Math.abs(difference) : difference * difference
          }
        }
      }
      const place = 12 * (candidate >> 2) + (candidate & 3)
      let gain = begins ? 0 : changes[place]
      let least = begins ? FAR : changes[place + 4]
      let rise = begins ? 0 : changes[place + 8]
      for (let part = 0, at = 0; part < parts; part++) {
        for (const end = 4 * clusters[2 * part]; at < end; at++) {
          const weight = points[(columns + 2) * width + at]
          const distance = weight * (rooted ? Math.sqrt(distances[at]) : distances[at])
          const nearest = points[columns * width + at]
          const second = points[(columns + 1) * width + at]
          if (distance < nearest) gain += distance - nearest
          else rise += Math.min(distance, second) - nearest
        }
        const medoid = clusters[2 * part + 1]
        if (medoid === NONE) continue
        if (Math.fround(rise) < least) {
          least = Math.fround(rise)
          medoids[candidate] = medoid
        }
        rise = 0
      }
      changes[place] = gain
      changes[place + 4] = least
      changes[place + 8] = rise
    }
  },
})
