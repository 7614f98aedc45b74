import { basename } from 'node:path'
import type { ClusteredImages, ClusterImagesOptions } from 'lloyd'
import { escapeText } from '../../../io/svg.js'
import type { Photo } from '../../images/photo-reader.js'
import { formatQuantity } from '../../numbers.js'
import { formatPercent } from '../describe.js'
import { describePhotoRule } from '../photos.js'
import { htmlTable, paragraph } from './html.js'
import { htmlPage, type PageSection } from './html-page.js'

/** Most photographs shown of a cluster: the nearest to its medoid. */
const MOST_SHOWN = 200
/** Most colours of a cluster in the table, and least share of each in per cent. */
const COLORS = 3
const LEAST_SHARE = 5

type Cluster = ClusteredImages['clusters'][number]

/** The page of `lloyd photos`: a table of the clusters, and a contact sheet for each. */
export function photosPage(
  photos: readonly Photo[],
  result: ClusteredImages,
  features: ClusterImagesOptions['features'],
  told: readonly string[],
): string {
  const byColors = features !== 'autoencoder'
  const { clusters, choice } = result
  const found = {
    heading: 'Clusters',
    body:
      paragraph(`The number of clusters: ${choice.reason.replace(/\.$/, '')}.`) +
      htmlTable({
        caption: 'Means of the photographs of each cluster',
        head: ['cluster', 'photographs', 'share', 'looks', 'lightness', 'contrast', 'colourfulness', 'colours'],
        rows: clusters.map((cluster) => [
          `cluster\u00a0${cluster.label}`,
          cluster.size,
          formatPercent(cluster.share),
          cluster.name,
          ...['lightness', 'contrast', 'colourfulness'].map((name) => meanOf(cluster, name).toFixed(0)),
          colorsOf(cluster),
        ]),
      }),
  }
  const sheets = {
    heading: 'Contact sheets',
    body: paragraph(
      `The most typical photograph of each cluster is the first, the others follow by their distance from it: ${byColors ? '0 for the same colours in the same shares, 1 for no colour in common' : '0 for the same patterns'}.`,
    ),
    parts: clusters.map((cluster) => sheetOf(cluster, result, photos)),
  }
  const left = {
    heading: 'What was left out',
    body: `<ul>${told.map((text) => `<li>${escapeText(text)}</li>`).join('')}</ul>`,
  }
  const groups = formatQuantity(clusters.length, 'cluster')
  return htmlPage({
    title: 'Photographs that look alike',
    summary: `${formatQuantity(photos.length, 'photograph')} in ${groups}, ${byColors ? 'by their colours' : 'by their patterns in shades of grey, whatever their colours'}.`,
    sections: [found, sheets, ...(told.length > 0 ? [left] : []), WORDS],
  })
}

const meanOf = ({ columns }: Cluster, name: string) => columns.find((column) => column.name === name)!.mean

function colorsOf({ columns }: Cluster): string {
  return columns
    .filter(({ name, mean }) => name.startsWith('share of ') && mean >= LEAST_SHARE)
    .sort((a, b) => b.mean - a.mean)
    .slice(0, COLORS)
    .map(({ name, mean }) => `${name.replace('share of ', '')}\u00a0${mean.toFixed(0)}\u00a0%`)
    .join(', ')
}

function sheetOf(cluster: Cluster, { clusters, distances }: ClusteredImages, photos: readonly Photo[]): PageSection {
  const { label, name, size, share, sentence, rule, images } = cluster
  const shown = images.slice(0, MOST_SHOWN)
  const cells = shown.map((at) => {
    const { file, width, height, thumbnail } = photos[at]
    const source = `data:image/jpeg;base64,${Buffer.from(thumbnail!).toString('base64')}`
    const scale = Math.min(1, 160 / Math.max(width, height))
    const [w, h] = [width, height].map((side) => Math.max(1, Math.round(side * scale)))
    const text = escapeText(basename(file))
    return `<li><img src="${source}" alt="${text}" width="${w}" height="${h}"/><span>${text}</span><span class="dim">${distances[at].toFixed(2)}</span></li>`
  })
  const body = [
    paragraph(
      clusters.length > 1 ? sentence : `${formatQuantity(size, 'photograph')} (${formatPercent(share)}): all of them.`,
    ),
    rule &&
      `<div class="rule"><p>Rule: <code>${escapeText(rule.text)}</code></p>${paragraph(`${describePhotoRule(rule)}.`, 'dim')}</div>`,
    `<ol class="sheet">${cells.join('\n')}</ol>`,
    shown.length < size && paragraph(`The ${shown.length} nearest of ${formatQuantity(size, 'photograph')}.`, 'dim'),
  ]
  return { heading: `Cluster ${label}: ${name}`, body: body.filter(Boolean).join('\n') }
}

const TERMS: [string, string][] = [
  [
    'lightness, contrast',
    'Mean and standard deviation of the lightness of pixels in Oklab, from 0 for black to 100 for white.',
  ],
  [
    'colourfulness',
    'How strong and how varied colours are (Hasler and Süsstrunk, 2003): 15 is slight, 33 moderate, 59 much, 109 extreme.',
  ],
  [
    'share of blue',
    'Pixels in per cent that are called blue, among the eleven basic colour terms: black, grey, white, red, orange, brown, yellow, green, blue, purple and pink.',
  ],
  [
    'upright edges, level edges',
    'Mean differences of lightness between pixels beside each other, and below each other, in the photograph reduced to 96 pixels.',
  ],
  [
    'distance',
    'By colours, the Hellinger distance of their histograms, wherever in the photograph they are; by patterns, the Euclidean distance of the means and deviations of codes that an auto-encoder has learnt from parts of these photographs. Photographs of one distance from the first need not look alike.',
  ],
  [
    'high, low',
    'The mean differs by at least 0.8 of a standard deviation from that of the other clusters; very: by at least 2; rather: by at least 0.5. Medium: the same mean, but at most half the spread.',
  ],
]

const WORDS: PageSection = {
  heading: 'Words',
  body: `<dl>${TERMS.map(([term, text]) => `<dt>${escapeText(term)}</dt><dd>${escapeText(text)}</dd>`).join('')}</dl>`,
}
