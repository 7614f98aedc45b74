/** How a kernel is cut for a class of shapes: numbers that change its speed and never its result. */
export type Tile = Readonly<Record<string, number>>

/**
 * What algorithms ask of an executor to choose among ways that give the same result: each trait is named by what they have
 * to know, not by who the device is.
 */
export interface Traits {
  /** Dispatches can be recorded for passes of the caller's. */
  readonly records: boolean
  /** Commands have run once they were given: a look at their results costs no wait, and there is no queue to keep full. */
  readonly immediate: boolean
  /** Kernels are cut into tiles, of which the fastest can be measured. */
  readonly tunable: boolean
  /** Threads of a subgroup, at least; 1 where kernels cannot use subgroups. */
  readonly lanes: number
  /** A buffer of UNIFORM_BYTES can be bound as uniform. */
  readonly uniforms: boolean
  /** To add integers by atomics takes hardly longer than to add them. */
  readonly cheapAtomics: boolean
  /** A thread may keep some hundred values in registers. */
  readonly largeTiles: boolean
  /** A workgroup computes on one core, a few threads at a time. */
  readonly narrowWorkgroups: boolean
  /** A load from storage takes a branch for every thread, one from a uniform buffer does not. */
  readonly branchingLoads: boolean
  /** Loops over registers are written out, so that large tiles take long to compile. */
  readonly unrolledLoops: boolean
}
