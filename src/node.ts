/** The entry for Node: the public names, GPU access (Dawn), and image files. */
import { setHostKernels } from './engine/create-engine.js'
import { implementationsBeside, requireImplemented } from './engine/host/implementations.js'
import { withTwins } from './engine/host/twin-engine.js'
import { requireKernelNames } from './engine/kernel-names.js'
import { nodeProvider } from './engine/node/node-gpu.js'
import { setHostProvider } from './engine/webgpu/device.js'

setHostProvider(nodeProvider)
setHostKernels({ requireKernelNames, requireImplemented, withTwins, implementationsBeside })

export * from './index.js'
export { type ImageMetadata, readMetadata } from './io/images/metadata/read-metadata.js'
export { insertPngChunks, type PngChunk } from './io/images/png-chunks.js'
export { type DecodedFrames, type DecodedImage, readFrames, readImage } from './io/images/read-image.js'
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
} from './io/tables/read-table.js'
