/** The scalar types a kernel's parameters and buffers are made of. */
export type Scalar = 'u32' | 'i32' | 'f32'

interface ScalarArrays {
  u32: Uint32Array
  i32: Int32Array
  f32: Float32Array
}

/** The elements of a storage buffer in WGSL; a twin sees their scalars. */
export type Element = Scalar | `atomic<${Scalar}>` | `vec2<${Scalar}>` | `vec4<${Scalar}>`

/** The binding of a storage buffer: its access and its elements. */
export type BindingKind = `${'read' | 'read_write'} ${Element}`

export type Parameters<P> = { [name in keyof P]: number }
export type Flags<F> = { [name in keyof F]: boolean }
export type Buffers<B> = { [name in keyof B]: EngineBuffer }
type ScalarOf<E extends Element> = E extends Scalar ? E : E extends `${string}<${infer S extends Scalar}>` ? S : never
export type Arrays<B> = {
  [name in keyof B]: B[name] extends `${string} ${infer E extends Element}` ? ScalarArrays[ScalarOf<E>] : never
}

/** Memory of an engine: a GPUBuffer, or plain bytes on the CPU executor. */
export interface EngineBuffer {
  readonly label: string
  /** Size in bytes, a multiple of 4. */
  readonly size: number
}

/**
 * One computation: a WGSL entry point `main`, its typed face, and the CPU twin that defines what it computes.
 *
 * `kernelSource` writes the declarations of the face before the sources: the uniform `parameters` in `@binding(0)`, the
 * buffers of `bindings` from `@binding(1)` on in order, all in `@group(0)`, `words` and `constants`, and
 * `WORKGROUP_SIZE`, an override constant.
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
  /** Elements of bindings that differ under a flag. */
  readonly elements?: { readonly [flag in keyof F]?: { readonly [name in keyof B]?: Element } }
  /** Integers that shader and host share: `NAME = value`, and `NAME_KEY` for each of a record, its keys in capitals. */
  readonly words?: Readonly<Record<string, number | Readonly<Record<string, number>>>>
  /** The `//#if ${FLAG}` conditions of the source and their defaults. */
  readonly flags: F
  /**
   * Read-only buffers that are bound as uniforms, under the flag that makes them so: operands of at most UNIFORM_BYTES
   * that all threads read alike.
   */
  readonly uniforms?: { readonly [flag in keyof F]?: readonly (keyof B)[] }
  /** WGSL extensions that the source needs under a flag; the device must have the feature of the same name. */
  readonly enables?: { readonly [flag in keyof F]?: string }
  /** Integer constants of the source (`const NAME = …u;` is put before it) and their defaults: tile sizes. */
  readonly constants?: Readonly<Record<string, number>>
  /**
   * Whether loops over registers dominate, which are then unrolled for compilers that do not do so; `'always'` where they are
   * nested so deeply that Mesa's keeps them too.
   */
  readonly registerLoops?: boolean | 'always'
  /** Number of invocations in a workgroup, along x. */
  readonly workgroupSize: number
  /** Number of workgroups for these parameters; 0 dispatches nothing. */
  workgroups(parameters: Parameters<P>, workgroupSize: number, constants: Readonly<Record<string, number>>): number
  /** Does the work of a whole dispatch on plain arrays. */
  twin(parameters: Parameters<P>, arrays: Arrays<B>, flags: Flags<F>): void
}

/** Bytes of every binding under `uniforms`, which all devices support. WGSL declares `array<vec4<f32>, 4096>`. */
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
 * Declares a kernel; the types of `run` follow from the declaration. Nothing is registered, and calls are marked as
 * pure, so that a bundler leaves out the kernels that a program does not use.
 */
export function defineKernel<
  const P extends Record<string, Scalar>,
  const B extends Record<string, BindingKind>,
  const F extends Record<string, boolean>,
>(kernel: Kernel<P, B, F>): Kernel<P, B, F> {
  return kernel
}

/** Splits a binding's kind into its access, its elements and their scalar. */
export function bindingParts(kind: BindingKind): { access: 'read' | 'read_write'; element: Element; scalar: Scalar } {
  const [access, element] = kind.split(' ') as ['read' | 'read_write', Element]
  return { access, element, scalar: element.replace(/.*<|>/g, '') as Scalar }
}

/** The typed array of a scalar type over all `bytes`, or `length` numbers from an offset on, for twins. */
export function scalarView(
  scalar: Scalar,
  bytes: ArrayBuffer,
  byteOffset?: number,
  length?: number,
): Uint32Array | Int32Array | Float32Array {
  const View = scalar === 'u32' ? Uint32Array : scalar === 'i32' ? Int32Array : Float32Array
  return new View(bytes, byteOffset, length)
}
