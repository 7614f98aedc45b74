/** The entry for Node: the public names, a way to a GPU (Dawn), and image files. */
import { setHostProvider } from './engine/device.js'
import { nodeProvider } from './engine/node-gpu.js'

setHostProvider(nodeProvider)

export * from './index.js'
export { type DecodedFrames, type DecodedImage, readFrames, readImage } from './io/read-image.js'
export {
  type DecimalMark,
  type MixedCell,
  type NumberColumn,
  type OddCell,
  type OtherColumn,
  type ReadTableOptions,
  readTable,
  type Table,
  type TableColumn,
  type TextColumn,
} from './io/read-table.js'
