import { createEngine, type Engine } from 'lloyd'
import { anomalies } from './anomalies'
import { classifier } from './classifier'
import { clusters } from './clusters'
import { denoise } from './denoise'
import { linear } from './linear'
import { samples } from './samples'

/** The results of an example: figures by name, to print. */
type Example = (engine: Engine) => Promise<Record<string, unknown>>

const EXAMPLES: Record<string, { about: string; run: Example }> = {
  pca: { about: 'a linear auto-encoder beside principal components, on iris and handwritten digits', run: linear },
  anomalies: { about: 'tumours found by an auto-encoder that has only seen benign cases', run: anomalies },
  clusters: { about: "MNIST's digits clustered by their codes, and by their pixels", run: clusters },
  classifier: { about: 'digits told apart from few labels, by codes and by pixels', run: classifier },
  denoise: { about: 'digits cleaned of noise; writes denoised-digits.png', run: denoise },
  samples: { about: 'digits made up by a variational auto-encoder; writes sampled-digits.png', run: samples },
}

/** Runs the example that the arguments name; returns the exit code. */
export async function main([name, backend = 'auto']: string[]): Promise<number> {
  const example = Object.hasOwn(EXAMPLES, name ?? '') ? EXAMPLES[name] : null
  if (!example) {
    for (const [name, { about }] of Object.entries(EXAMPLES)) console.log(`${name.padEnd(12)}${about}`)
    return name === undefined ? 0 : 2
  }
  using engine = await createEngine({ backend: backend as 'auto' | 'webgpu' | 'cpu' })
  const began = performance.now()
  for (const [key, value] of Object.entries(await example.run(engine))) {
    console.log(`${key.padEnd(32)}${typeof value === 'number' ? Number(value.toPrecision(5)) : value}`)
  }
  console.log(
    `${'seconds'.padEnd(32)}${((performance.now() - began) / 1000).toFixed(1)} on ${engine.adapter.description}`,
  )
  return 0
}
