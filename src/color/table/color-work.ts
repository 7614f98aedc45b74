import type { BufferScope, Executor } from '../../engine/engine.js'
import type { Reporter } from '../reporter.js'
import type { ColorTable } from './color-table.js'

/** The context of work on the colours of images. */
export interface ColorWork {
  executor: Executor
  /** Scope of the buffers that remain after the work. */
  scope: BufferScope
  table: ColorTable
  reporter: Reporter
}
