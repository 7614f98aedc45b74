// Run by Deno, bundled: does what the JSON says and writes what came out as JSON.
import { holdKernels } from './hold-kernels'

declare const Deno: { args: string[] }

console.log(JSON.stringify(await holdKernels(JSON.parse(Deno.args[0]))))
