import type { CLUSTER_IMAGES, CONTACT_SHEET, ENCODE_JPEG, THUMBNAIL } from '../images.js'
import type { Sentences } from './sentences.js'
import { PROGRESS, SIGNAL } from './shared.js'

export const CLUSTER_IMAGES_HELP: Sentences<typeof CLUSTER_IMAGES> = {
  k: 'number of clusters; by default chosen from 2 to 10',
  features:
    'what images are compared by: their colours, or the codes of their parts in shades of grey by an auto-encoder, which learns from these images',
  seed: 'seed of the random choices',
  signal: SIGNAL,
  onProgress: PROGRESS,
}

export const THUMBNAIL_HELP: Sentences<typeof THUMBNAIL> = {
  side: 'most pixels of the longer side',
}

export const CONTACT_SHEET_HELP: Sentences<typeof CONTACT_SHEET> = {
  columns: 'number of images in a row; by default the sheet becomes a little wider than high',
  side: 'most pixels of the longer side of each image',
}

export const ENCODE_JPEG_HELP: Sentences<typeof ENCODE_JPEG> = {
  quality: 'quality; a lower one makes smaller files',
}
