import source from '../../../shaders/segments/find-roots.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import unionSource from '../../../shaders/shared/union-find.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { rootOf } from '../shared/union-find.js'

/** Replaces the parents from `first` to before `end` by the roots of their sets. */
export const findRoots = /* @__PURE__ */ defineKernel({
  name: 'find-roots',
  sources: [gridSource, unionSource, source],
  parameters: { first: 'u32', end: 'u32' },
  bindings: { parents: 'read_write atomic<u32>' },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ first, end }, size) => Math.ceil((end - first) / size),
  twin({ first, end }, { parents }) {
    for (let at = first; at < end; at++) parents[at] = rootOf(parents, at)
  },
})
