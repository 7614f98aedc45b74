/** Least times of dispatches on devices by their published figures: S. Williams et al., "Roofline", CACM 52(4), 2009. */

export interface DeviceModel {
  name: string
  /** Bytes per second of device memory. */
  bandwidth: number
  /** Operations per second in float32, multiplication and addition counted as two. */
  operations: number
  /** Seconds from one dispatch to the next that waits for it. */
  launch: number
}

export const devices: readonly DeviceModel[] = [
  // 4.8 TB/s and 67 TFLOPS by the data sheet.
  { name: 'H200', bandwidth: 4.8e12, operations: 67e12, launch: 4e-6 },
  // 100 GB/s and 3.6 TFLOPS with ten cores.
  { name: 'M2', bandwidth: 1e11, operations: 3.6e12, launch: 8e-6 },
  // Iris Xe with 96 units at 1.35 GHz, on two channels of DDR4-3200.
  { name: 'Iris Xe', bandwidth: 5.1e10, operations: 2.07e12, launch: 1e-5 },
]

/** Seconds of dispatches that move these bytes and do these operations in all. */
export function leastSeconds(model: DeviceModel, dispatches: number, bytes: number, operations: number): number {
  return Math.max(bytes / model.bandwidth, operations / model.operations, dispatches * model.launch)
}
