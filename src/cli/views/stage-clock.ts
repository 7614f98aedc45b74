/** Adds up the time between changes of stage. */
export class StageClock {
  readonly milliseconds: Record<string, number> = {}
  #stage: string | null = null
  #since = 0

  enter(stage: string | null): void {
    if (stage === this.#stage) return
    const now = performance.now()
    if (this.#stage !== null) {
      this.milliseconds[this.#stage] = (this.milliseconds[this.#stage] ?? 0) + now - this.#since
    }
    this.#stage = stage
    this.#since = now
  }

  stop(): void {
    this.enter(null)
  }
}
