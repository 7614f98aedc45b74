import type { AutoencoderOptions, Engine, FitOptions } from 'lloyd'

/**
 * Trains small networks that together have every kind of layer, code, noise, loss and optimiser, with the functions of
 * `lloyd`, and returns the learned parameters of each, as numbers.
 */
export async function trainNetworks(lloyd: typeof import('lloyd'), engine: Engine): Promise<number[][]> {
  const { adamw, averagePool2d, conv2d, convTranspose2d, createAutoencoder, createClassifier, dense } = lloyd
  const { dropout, maxPool2d, multiply, sgd, upsample2d } = lloyd
  const [rows, columns] = [40, 50]
  const matrix = (rows: number, columns: number) => ({
    data: Float32Array.from({ length: rows * columns }, (_, i) => ((Math.imul(i + 1, 2654435761) >>> 24) % 64) / 64),
    rows,
    columns,
  })
  const points = matrix(rows, columns)
  const inputs = [5, 5, 2] as const
  const cases: [Omit<AutoencoderOptions, 'inputs'> & { inputs?: typeof inputs }, Partial<FitOptions>][] = [
    [{ encoder: [dense(9, 'softplus'), dense(4, 'tanh')], noise: { kind: 'gaussian', amount: 0.1 } }, { clipNorm: 1 }],
    [{ encoder: [dense(8), dense(3, 'sigmoid')], standardize: true }, { optimizer: sgd({ momentum: 0.5 }) }],
    [{ encoder: [dense(6, 'leaky-relu')], loss: 'binary-cross-entropy', sparsity: 0.1 }, { optimizer: adamw() }],
    [{ encoder: [dense(6, 'softmax'), dense(2)], loss: 'cross-entropy', variational: { beta: 0.5 } }, {}],
    [{ inputs, encoder: [conv2d(4, { activation: 'relu' }), maxPool2d(), conv2d(3, { stride: 2 })] }, { patience: 2 }],
    [{ inputs, encoder: [convTranspose2d(3), averagePool2d(), dropout(0.2), upsample2d(), dense(4)] }, {}],
  ]
  const results: number[][] = []
  for (const [options, fitting] of cases) {
    const masked = options.inputs && ({ noise: { kind: 'masking', amount: 0.2 } } as const)
    const network = await createAutoencoder(engine, { inputs: columns, ...masked, ...options })
    const { loss, validation } = await network.fit(points, { epochs: 2, batchSize: 8, validation: 0.2, ...fitting })
    const { data } = await network.reconstruct(points)
    results.push([...loss, ...validation, ...data, ...(await network.errors(points))])
    network.destroy()
  }
  const classifier = await createClassifier(engine, { inputs: columns, classes: 3, layers: [dense(5, 'relu')] })
  const labels = Array.from({ length: rows }, (_, row) => row % 3)
  const { loss } = await classifier.fit(points, labels, { epochs: 2, batchSize: 8 })
  results.push([...loss, ...(await classifier.probabilities(points)).data])
  classifier.destroy()
  for (const width of [20, 33]) {
    results.push([...(await multiply(engine, matrix(3 * 17, 70), matrix(3 * 70, width), { batches: 3 })).data])
  }
  return results
}
