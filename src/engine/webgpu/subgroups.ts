import type { Executor } from '../engine.js'

/** Threads that every subgroup of the device has at least; 1 where kernels cannot use subgroups. */
export function subgroupLanes({ device }: Executor): number {
  return (device?.features.has('subgroups') && device.adapterInfo?.subgroupMinSize) || 1
}
