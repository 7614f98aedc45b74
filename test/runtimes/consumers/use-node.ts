// In Node: the browser's entry and the names for Node alone.
import { createEngine, quantize, readImage, readTable } from 'lloyd'

export async function useFiles(): Promise<number> {
  const engine = await createEngine()
  const { colors } = await quantize(engine, await readImage('photo.png'), { colors: 4 })
  const table = await readTable('table.csv')
  return colors + table.rows
}
