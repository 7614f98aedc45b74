import { type ColorEncoding, mapVector, type Transfer } from './color-encoding.js'

/** The colour space that a profile is for, such as `RGB`, `GRAY` or `CMYK`. */
export function profileSpace(profile: Uint8Array): string {
  return ascii(profile, 16).trim()
}

/**
 * Reads an ICC profile that describes colours by curves and primaries, or greys by a curve, as nearly all profiles of
 * screens, cameras and editors do; null for one with tables or one that is invalid.
 *
 * @see https://www.color.org/specification/ICC.1-2022-05.pdf (8.3 and 8.4, 10.6, 10.18)
 */
export function readMatrixProfile(profile: Uint8Array): ColorEncoding | null {
  try {
    const tags = readTags(profile)
    if (['A2B0', 'A2B1', 'D2B0'].some((tag) => tags.has(tag)) || ascii(profile, 20) !== 'XYZ ') return null
    const curve = (tag: string) => readCurve(tags.get(tag)!)
    if (profileSpace(profile) === 'GRAY') {
      const grey = curve('kTRC')
      return { transfers: [grey, grey, grey], toXyz: null }
    }
    const columns = ['rXYZ', 'gXYZ', 'bXYZ'].map((tag) => {
      const view = tags.get(tag)!
      return mapVector((at) => fixed(view, 8 + 4 * at))
    })
    return {
      transfers: [curve('rTRC'), curve('gTRC'), curve('bTRC')],
      toXyz: [0, 1, 2].map((row) => mapVector((column) => columns[column][row])) as never,
    }
  } catch {
    return null
  }
}

function readTags(profile: Uint8Array): Map<string, DataView> {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.length)
  const tags = new Map<string, DataView>()
  for (let tag = 0; tag < view.getUint32(128); tag++) {
    const at = 132 + 12 * tag
    const start = profile.byteOffset + view.getUint32(at + 4)
    tags.set(ascii(profile, at), new DataView(profile.buffer, start, view.getUint32(at + 8)))
  }
  return tags
}

function readCurve(view: DataView): Transfer {
  const type = view.getUint32(0)
  if (type === 0x63757276) return readTable(view)
  if (type === 0x70617261) return readFormula(view)
  throw new Error('no curve')
}

/** A `curv` tag: the identity, an exponent, or equally spaced values. */
function readTable(view: DataView): Transfer {
  const count = view.getUint32(8)
  if (count === 0) return (encoded) => encoded
  if (count === 1) {
    const exponent = view.getUint16(12) / 256
    return (encoded) => encoded ** exponent
  }
  const values = Float64Array.from({ length: count }, (_, at) => view.getUint16(12 + 2 * at) / 65_535)
  return (encoded) => {
    const place = encoded * (count - 1)
    const below = Math.min(count - 2, Math.floor(place))
    return values[below] + (place - below) * (values[below + 1] - values[below])
  }
}

/** A `para` tag: a power of a linear function, and a linear function below a limit. */
function readFormula(view: DataView): Transfer {
  const kind = view.getUint16(8)
  const [g, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: [1, 3, 4, 5, 7][kind] }, (_, at) =>
    fixed(view, 12 + 4 * at),
  )
  switch (kind) {
    case 0:
      return (encoded) => encoded ** g
    case 1:
    case 2:
      return (encoded) => (encoded >= -b / a ? (a * encoded + b) ** g : 0) + c
    default:
      return (encoded) => (encoded >= d ? (a * encoded + b) ** g + e : c * encoded + f)
  }
}

function fixed(view: DataView, at: number): number {
  return view.getInt32(at) / 65_536
}

function ascii(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4))
}
