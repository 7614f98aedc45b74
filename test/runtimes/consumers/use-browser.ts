// For browsers: names for Node alone do not exist.
// @ts-expect-error: files are read in Node
import { readImage } from 'lloyd'

export const wrong = readImage
