import { linearAxis, logarithmicAxis, PLOT } from './chart.js'
import { drawLineChart } from './line-chart.js'

/** Ratio of losses above which the axis is logarithmic. */
const WIDE = 20
const TRAINING = '#2563eb'
const VALIDATION = '#c2410c'

/** Draws the losses of all epochs, and of validation if there was one, as an SVG document. */
export function drawLosses(loss: readonly number[], validation: readonly number[], subtitle: string): string {
  const all = [...loss, ...validation]
  const [lowest, highest] = all.reduce(
    ([low, high], value) => [Math.min(low, value), Math.max(high, value)],
    [Infinity, 0],
  )
  const isWide = lowest > 0 && highest > WIDE * lowest
  const last = loss[loss.length - 1]
  const curves = [{ name: 'training', values: loss, color: TRAINING }]
  if (validation.length > 0) curves.push({ name: 'validation', values: validation, color: VALIDATION })
  return drawLineChart({
    title: 'Loss by epoch',
    label: `Loss by epoch, from ${Number(loss[0].toPrecision(3))} to ${Number(last.toPrecision(3))}`,
    subtitle,
    countName: 'epoch',
    valueName: isWide ? 'loss (logarithmic)' : 'loss',
    counts: loss.map((_, index) => index + 1),
    axis: isWide ? logarithmicAxis(lowest, highest) : linearAxis(highest),
    curves,
    extra: () => ({
      above: curves
        .map(
          ({ name, color }, index) =>
            `<text class="name" x="${PLOT.right}" y="${PLOT.top + 18 + 20 * index}" text-anchor="end" style="fill: ${color}">${name}</text>`,
        )
        .join('\n'),
    }),
  })
}
