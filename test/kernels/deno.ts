// Run by Deno, bundled: processes the cases in JSON and writes the results as JSON.
import { holdKernels } from './hold-kernels'

declare const Deno: { args: string[] }

console.log(JSON.stringify(await holdKernels(JSON.parse(Deno.args[0]))))
