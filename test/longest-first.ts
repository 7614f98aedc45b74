import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files that take long though they are short, longest first. Where no earlier run is remembered, as in a fresh clone, Vitest
 * takes the largest files first, and one of these would begin when there is nothing left for the other core.
 */
const LONG = [
  'kernels/agreement',
  'runtimes/kernels',
  'contract/contract',
  'runtimes/deno',
  'runtimes/browser',
  'network/autoencoder-examples',
  'engine/tuning',
]

/** The order of the test files: those that take longest first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = await super.sort(files)
    const isOf = (name: string) => (file: TestSpecification) => file.moduleId.endsWith(`/test/${name}.test.ts`)
    const long = LONG.flatMap((name) => others.filter(isOf(name)))
    return [...long, ...others.filter((file) => !long.includes(file))]
  }
}
