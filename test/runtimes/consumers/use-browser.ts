// For browsers: what only Node has is not offered.
// @ts-expect-error: files are read in Node
import { readImage } from 'lloyd'

export const wrong = readImage
