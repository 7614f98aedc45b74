import type { BufferScope, Executor } from '../../engine/engine.js'
import type { Reporter } from '../reporter.js'
import type { ColorTable } from './color-table.js'

/** What work on the colours of images is done with. */
export interface ColorWork {
  executor: Executor
  /** Of buffers that the work leaves behind. */
  scope: BufferScope
  table: ColorTable
  reporter: Reporter
}
