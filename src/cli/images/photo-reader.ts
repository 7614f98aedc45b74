import { type DecodedImage, encodeJpeg, LloydError, readImage, thumbnail } from 'lloyd'
import { formatCount } from '../numbers.js'
import { fromInput, inputName } from '../standard-io.js'
import { describeError, progressLine, reportError } from '../views/terminal.js'

/** A photograph that was read. */
export interface Photo {
  file: string
  width: number
  height: number
  /** A JPEG; none if nothing is drawn. */
  thumbnail: Uint8Array | null
}

/** Reads photographs one after another; what cannot be read is told and noted, and the next one is read. */
export class PhotoReader {
  readonly photos: Photo[] = []
  readonly failures: { file: string; code: string; message: string }[] = []
  /** Files with several frames, of which the first is used. */
  readonly animated: string[] = []

  constructor(
    private readonly files: readonly string[],
    private readonly draws: boolean,
    private readonly signal: AbortSignal,
  ) {}

  async *read(): AsyncGenerator<DecodedImage> {
    for (const [at, file] of this.files.entries()) {
      progressLine.update(`[${formatCount(at + 1)}/${formatCount(this.files.length)}] ${inputName(file)}: read`)
      const image = await this.#decode(file)
      this.signal.throwIfAborted()
      if (image) yield image
    }
  }

  async #decode(file: string): Promise<DecodedImage | null> {
    try {
      const image = await fromInput(file, readImage)
      requireVisible(file, image)
      const { width, height, pages } = image
      const small = this.draws ? await encodeJpeg(thumbnail(image)) : null
      if (pages > 1) this.animated.push(file)
      this.photos.push({ file, width, height, thumbnail: small })
      return image
    } catch (error) {
      if (this.files.length === 1 || !isAboutFile(error)) throw error
      reportError(error)
      this.failures.push({ file, code: error.code, message: describeError(error) })
      return null
    }
  }
}

/** Whether the other files may be read nevertheless. */
const isAboutFile = (error: unknown): error is LloydError =>
  error instanceof LloydError && (error.code === 'InputError' || error.code === 'FormatError')

function requireVisible(file: string, { data }: DecodedImage): void {
  for (let at = 3; at < data.length; at += 4) if (data[at] > 0) return
  throw new LloydError('FormatError', `${inputName(file)} is fully transparent, so it has no colours; leave it out`)
}
