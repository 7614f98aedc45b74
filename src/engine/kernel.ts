/** The scalar types a kernel's parameters and buffers are made of. */
export type Scalar = 'u32' | 'i32' | 'f32'

interface ScalarArrays {
  u32: Uint32Array
  i32: Int32Array
  f32: Float32Array
}

/** How a storage buffer is bound: its access and the 4-byte scalar it holds (in WGSL it may be an atomic or a vector of it). */
export type BindingKind = `${'read' | 'read_write'} ${Scalar}`

export type Parameters<P> = { [name in keyof P]: number }
export type Flags<F> = { [name in keyof F]: boolean }
export type Buffers<B> = { [name in keyof B]: EngineBuffer }
export type Arrays<B> = {
  [name in keyof B]: B[name] extends `${string} ${infer S extends Scalar}` ? ScalarArrays[S] : never
}

/** Memory of an engine: a GPUBuffer, or plain bytes on the CPU executor. */
export interface EngineBuffer {
  readonly label: string
  /** Size in bytes, a multiple of 4. */
  readonly size: number
}

/**
 * One stage of computation: a WGSL entry point `main`, its typed face, and the CPU twin that defines what it computes.
 *
 * In WGSL, `@binding(0)` is the uniform struct `Parameters` with the fields of `parameters` in order, and the storage
 * buffers of `bindings` follow from `@binding(1)` in order, all in `@group(0)`. `WORKGROUP_SIZE` is an override constant that is
 * declared before the sources.
 * test/kernels/kernels.test.ts holds the WGSL to this declaration.
 */
export interface Kernel<
  P extends Record<string, Scalar> = Record<string, Scalar>,
  B extends Record<string, BindingKind> = Record<string, BindingKind>,
  F extends Record<string, boolean> = Record<string, boolean>,
> {
  /** The stem of the shader's file. */
  readonly name: string
  /** WGSL texts, joined in this order: shared pieces first. */
  readonly sources: readonly string[]
  readonly parameters: P
  readonly bindings: B
  /** The `//#if ${FLAG}` conditions of the source and their defaults. */
  readonly flags: F
  /**
   * Read-only buffers that are bound as uniforms, under the flag that makes them so: operands of at most UNIFORM_BYTES that all threads
   * read alike.
   */
  readonly uniforms?: { readonly [flag in keyof F]?: readonly (keyof B)[] }
  /** WGSL extensions that the source needs under a flag; the device must have the feature of the same name. */
  readonly enables?: { readonly [flag in keyof F]?: string }
  /** Integer constants of the source (`const NAME = …u;` is put before it) and their defaults: tile sizes. */
  readonly constants?: Readonly<Record<string, number>>
  /** Most of the time goes into loops over registers, which are written out for compilers that do not do it. */
  readonly registerLoops?: boolean
  /** Invocations in a workgroup, along x. */
  readonly workgroupSize: number
  /** Number of workgroups for these parameters. Zero dispatches nothing. */
  workgroups(parameters: Parameters<P>, workgroupSize: number, constants: Readonly<Record<string, number>>): number
  /** Does the whole dispatch's work on plain arrays. */
  twin(parameters: Parameters<P>, arrays: Arrays<B>, flags: Flags<F>): void
}

/** Size of every binding under `uniforms`: what every device binds. WGSL declares `array<vec4<f32>, 4096>`. */
export const UNIFORM_BYTES = 2 ** 16

/** Whether a binding is a uniform under these flags. */
export function isUniform(
  kernel: Pick<Kernel, 'uniforms'>,
  binding: string,
  flags: Readonly<Record<string, boolean>>,
): boolean {
  return Object.entries(kernel.uniforms ?? {}).some(([flag, bindings]) => flags[flag] && bindings?.includes(binding))
}

/**
 * Declares a kernel; the types of `run` follow from the declaration. Nothing is registered, and calls are marked as pure, so
 * that a bundler leaves out the kernels that a program does not use.
 */
export function defineKernel<
  const P extends Record<string, Scalar>,
  const B extends Record<string, BindingKind>,
  const F extends Record<string, boolean>,
>(kernel: Kernel<P, B, F>): Kernel<P, B, F> {
  return kernel
}

/** Splits a binding's kind into its access and its scalar. */
export function bindingParts(kind: BindingKind): { access: 'read' | 'read_write'; scalar: Scalar } {
  const [access, scalar] = kind.split(' ') as ['read' | 'read_write', Scalar]
  return { access, scalar }
}

/** The view of `bytes` that a twin gets for a scalar type. */
export function scalarView(scalar: Scalar, bytes: ArrayBuffer): Uint32Array | Int32Array | Float32Array {
  if (scalar === 'u32') return new Uint32Array(bytes)
  return scalar === 'i32' ? new Int32Array(bytes) : new Float32Array(bytes)
}
