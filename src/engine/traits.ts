/** Tile sizes of a kernel for a class of shapes, which change its speed and never its result. */
export type Tile = Readonly<Record<string, number>>

/**
 * Properties of an executor by which algorithms choose among implementations that give the same result. Each is named
 * by what they need to know, not by the device.
 */
export interface Traits {
  /** Dispatches can be recorded into the caller's passes. */
  readonly records: boolean
  /** Commands run as soon as they are given: reading results costs no wait, and there is no queue to keep full. */
  readonly immediate: boolean
  /** Kernels are cut into tiles, of which the fastest can be measured. */
  readonly tunable: boolean
  /** Minimum number of threads in a subgroup; 1 where kernels cannot use subgroups. */
  readonly lanes: number
  /** A buffer of UNIFORM_BYTES can be bound as uniform. */
  readonly uniforms: boolean
  /** Atomic additions of integers take hardly longer than plain ones. */
  readonly cheapAtomics: boolean
  /** A thread may keep some hundred values in registers. */
  readonly largeTiles: boolean
  /** A workgroup computes on one core, a few threads at a time. */
  readonly narrowWorkgroups: boolean
  /** A load from storage takes a branch for every thread, one from a uniform buffer does not. */
  readonly branchingLoads: boolean
  /** Loops over registers are unrolled, so that large tiles take long to compile. */
  readonly unrolledLoops: boolean
  /** Kernels without branches compute several numbers at a time, and others do not. */
  readonly vectors?: boolean
}
