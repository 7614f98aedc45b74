import source from '../../../shaders/network/shuffle-rows.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import randomSource from '../../../shaders/shared/random.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { randomWords } from '../shared/random.js'

const ROUNDS = 6

/** `count` row numbers of `total` in a random order; those before `splitFirst` in the order of `splitKey` are left out. */
export const shuffleRows = /* @__PURE__ */ defineKernel({
  name: 'shuffle-rows',
  sources: [gridSource, randomSource, source],
  parameters: { count: 'u32', key: 'u32', total: 'u32', splitKey: 'u32', splitFirst: 'u32' },
  bindings: { order: 'read_write u32' },
  words: { ROUNDS },
  flags: {},
  workgroupSize: 64,
  workgroups: ({ count }, size) => Math.ceil(count / size),
  twin({ count, key, total, splitKey, splitFirst }, { order }) {
    const place = placer(count, key)
    const split = placer(total, splitKey)
    for (let index = 0; index < count; index++) order[index] = split(splitFirst + place(index))
  },
})

/** The position of an index in a random order of `count`. */
export function placer(count: number, key: number): (index: number) => number {
  const bits = 32 - Math.clz32(Math.max(count - 1, 1))
  const mask = 0xffffffff >>> (32 - bits)
  const shift = Math.floor((bits + 1) / 2)
  const words = Array.from({ length: ROUNDS }, (_, round) => randomWords(key, count, round))
  return (index) => {
    let x = index
    do {
      for (const [factor, term] of words) {
        x = ((Math.imul(x, factor | 1) + term) & mask) >>> 0
        x ^= x >>> shift
      }
      x >>>= 0
    } while (x >= count)
    return x
  }
}
