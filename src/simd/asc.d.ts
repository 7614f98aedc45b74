/** A WebAssembly module, compiled by `compile.ts` from a file of AssemblyScript, in base64. */
declare module '*?asc' {
  const base64: string
  export default base64
}
