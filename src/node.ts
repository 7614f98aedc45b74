/** The entry for Node: the public names, GPU access (Dawn), and image files. */
import { setHostKernels } from './engine/create-engine.js'
import { withTwins } from './engine/host/twin-engine.js'
import { requireKernelNames } from './engine/kernel-names.js'
import { nodeProvider } from './engine/node/node-gpu.js'
import { setHostProvider } from './engine/webgpu/device.js'
import { loadHalfPrecision, loadPruning } from './index.js'
import { useSimd } from './simd/load.js'

setHostProvider(nodeProvider)
setHostKernels({ requireKernelNames, withTwins })
useSimd()
loadHalfPrecision()
loadPruning()

export { type ReadDaysOptions, readDays } from './applications/behavior/read-days.js'
export {
  type TablePurchases,
  type TablePurchasesOptions,
  tablePurchases,
} from './applications/customers/table-purchases.js'
export {
  type ChooseColumnsOptions,
  type ChosenColumns,
  chooseColumns,
  type LeftOutReason,
} from './data/tables/choose-columns.js'
export { describeRow } from './data/tables/find-column.js'
export { type MissingCells, missingCells } from './data/tables/missing-cells.js'
export {
  applyScaling,
  type ColumnScaling,
  chooseScaling,
  type ScalingKind,
  undoScaling,
} from './data/tables/scaling.js'
export type {
  DecimalMark,
  MixedCell,
  NumberColumn,
  OddCell,
  OtherColumn,
  Table,
  TableColumn,
  TextColumn,
} from './data/tables/table.js'
export { type TablePoints, type TablePointsOptions, tablePoints } from './data/tables/table-points.js'
export * from './index.js'
export { encodeJpeg } from './io/images/encode-jpeg.js'
export { type ImageMetadata, readMetadata } from './io/images/metadata/read-metadata.js'
export { insertPngChunks, type PngChunk } from './io/images/png-chunks.js'
export { type DecodedFrames, type DecodedImage, readFrames, readImage } from './io/images/read-image.js'
export { readTable } from './io/tables/read-table.js'
export type { ReadTableOptions } from './io/tables/table-options.js'
