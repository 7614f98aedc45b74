import source from '../../../shaders/segments/place-centers.wgsl?raw'
import wordSource from '../../../shaders/segments/superpixel.wgsl?raw'
import gridSource from '../../../shaders/shared/grid.wgsl?raw'
import { defineKernel } from '../../engine/kernel.js'
import { CENTER_WORDS, fieldOf, fractionOf, PLACE_BITS, partStart, type WordFlags } from './superpixel.js'

/**
 * The first centre of each of `columns` × `rows` cells: of the pixels around its middle one within the cell, the one with
 * the lowest squared gradient, |c(x+1, y) − c(x−1, y)|² + |c(x, y+1) − c(x, y−1)|².
 */
export const placeCenters = /* @__PURE__ */ defineKernel({
  name: 'place-centers',
  sources: [gridSource, wordSource, source],
  parameters: { width: 'u32', height: 'u32', columns: 'u32', rows: 'u32', fraction: 'u32' },
  bindings: { words: 'read u32', centers: 'read_write u32' },
  words: { CENTER_WORDS, PLACE_BITS },
  flags: { ALPHA: false },
  workgroupSize: 64,
  workgroups: ({ columns, rows }, size) => Math.ceil((columns * rows) / size),
  twin({ width, height, columns, rows, fraction }, { words, centers }, flags) {
    const gradientAt = (x: number, y: number) => gradient({ words, width, height }, x, y, flags)
    for (let cell = 0; cell < columns * rows; cell++) {
      const [column, row] = [cell % columns, Math.floor(cell / columns)]
      const [left, top] = [partStart(column, width, columns), partStart(row, height, rows)]
      const [right, bottom] = [partStart(column + 1, width, columns), partStart(row + 1, height, rows)]
      let [x, y] = [Math.floor((left + right) / 2), Math.floor((top + bottom) / 2)]
      let least = gradientAt(x, y)
      const [middleX, middleY] = [x, y]
      for (let i = 0; i < 9; i++) {
        const [u, v] = [middleX + (i % 3) - 1, middleY + Math.floor(i / 3) - 1]
        if (u < left || v < top || u >= right || v >= bottom || gradientAt(u, v) >= least) continue
        least = gradientAt(u, v)
        ;[x, y] = [u, v]
      }
      const word = words[y * width + x]
      for (let field = 0; field < 4; field++) {
        centers[CENTER_WORDS * cell + field] = fieldOf(word, field, flags) << fractionOf(field, fraction, flags)
      }
      centers[CENTER_WORDS * cell + 4] = x << PLACE_BITS
      centers[CENTER_WORDS * cell + 5] = y << PLACE_BITS
    }
  },
})

interface Image {
  words: Uint32Array
  width: number
  height: number
}

function gradient({ words, width, height }: Image, x: number, y: number, flags: WordFlags): number {
  const left = words[y * width + Math.max(x - 1, 0)]
  const right = words[y * width + Math.min(x + 1, width - 1)]
  const above = words[Math.max(y - 1, 0) * width + x]
  const below = words[Math.min(y + 1, height - 1) * width + x]
  return wordDistance(left, right, flags) + wordDistance(above, below, flags)
}

function wordDistance(a: number, b: number, flags: WordFlags): number {
  let sum = 0
  for (let field = 0; field < 4; field++) {
    const unit = 2 ** fractionOf(field, 0, flags)
    sum += (unit * (fieldOf(a, field, flags) - fieldOf(b, field, flags))) ** 2
  }
  return sum
}
