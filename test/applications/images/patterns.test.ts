import { adjustedRandIndex, clusterImages, type Progress } from 'lloyd'
import { expect, it } from 'vitest'
import { drawImage } from '../../oracle/images'
import { testEngines } from '../../support/engines'
import { patternedImages } from './planted-images'

const [{ engine: cpu }] = await testEngines()

it('finds planted patterns again by an auto-encoder, whatever their colours', async () => {
  const images = patternedImages(16, 5)
  const truth = images.map((_, at) => at % 4)
  const stages: string[] = []
  const options = { features: 'autoencoder', k: 4, onProgress: ({ stage }: Progress) => stages.push(stage) } as const
  const { labels, clusters, names, features } = await clusterImages(cpu, images, options)
  expect(adjustedRandIndex(labels, truth)).toBe(1)
  expect([features.rows, features.columns]).toEqual([16, 16])
  expect([...new Set(stages)]).toEqual(['read', 'train', 'cluster'])
  expect(names.slice(-2)).toEqual(['upright edges', 'level edges'])
  // What tells upright stripes apart from all others is in the description.
  const upright = clusters[labels[0]].columns
  const differenceOf = (name: string) => upright.find((column) => column.name === name)!.difference
  expect(differenceOf('upright edges')).toBeGreaterThan(0.5)
  expect(differenceOf('level edges')).toBeLessThan(-0.5)
  const byColors = await clusterImages(cpu, images, { k: 4 })
  expect(adjustedRandIndex(byColors.labels, truth)).toBeLessThan(0.5)
})

it('takes images smaller than a part, equal ones and translucent ones', async () => {
  const images = [3, 3, 1].map((side) => drawImage(side, side, (x) => [80 * x, 0, 0, 128]))
  const { labels, clusters } = await clusterImages(cpu, images, { features: 'autoencoder' })
  expect(labels).toHaveLength(3)
  expect(clusters.every(({ columns }) => columns.every(({ mean }) => Number.isFinite(mean)))).toBe(true)
})
