import attribution from './photos/ATTRIBUTION.csv?raw'
import thumbnails from './thumbnails.webp'

export interface Sample {
  file: string
  name: string
  url: string
  author: string
  licence: string
  licenceUrl: string
  source: string
}

const urls = import.meta.glob<string>('./photos/*.png', { query: '?url', import: 'default', eager: true })

/** The photographs beside this page, in the order of thumbnails.webp. */
export const samples: Sample[] = attribution
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [file, , author, licence, licenceUrl, source] = splitCsvLine(line)
    const name = file.replace(/\.png$/, '').replaceAll('_', ' ')
    return { file, name, url: urls[`./photos/${file}`], author, licence, licenceUrl, source }
  })

export function showSamples(list: HTMLElement, onPick: (sample: Sample) => void): void {
  samples.forEach((sample, index) => {
    const button = document.createElement('button')
    button.type = 'button'
    button.title = `${sample.name}: ${credit(sample)}`
    button.setAttribute('aria-label', sample.name)
    button.dataset.file = sample.file
    button.style.backgroundImage = `url("${thumbnails}")`
    button.style.setProperty('--index', String(index))
    button.style.setProperty('--count', String(samples.length))
    button.addEventListener('click', () => onPick(sample))
    const item = document.createElement('li')
    item.append(button)
    list.append(item)
  })
}

/** Marks the sample that is open, or none for an image of the user's own. */
export function markSample(list: HTMLElement, file: string | null): void {
  for (const button of list.querySelectorAll('button')) {
    const open = button.dataset.file === file
    button.setAttribute('aria-pressed', String(open))
    if (open) list.scrollTo({ left: button.offsetLeft - (list.clientWidth - button.offsetWidth) / 2 })
  }
}

export function credit({ author, licence }: Sample): string {
  return `${author === 'Unknown' ? 'photographer unknown' : `by ${author}`}, ${licence}`
}

function splitCsvLine(line: string): string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g), ([, quoted, plain]) => quoted ?? plain)
}
