/** The factor that scales a gradient of this squared norm down to `clipNorm`; 1 where it is shorter, or `clipNorm` is 0. */
export function gradientScale(squaredNorm: number, clipNorm: number): number {
  return clipNorm > 0 && squaredNorm > clipNorm * clipNorm ? clipNorm / Math.sqrt(squaredNorm) : 1
}
