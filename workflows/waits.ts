/** While nothing is due by itself, somebody wakes the run as a rule; should the wake be lost, it looks by itself. */
export const fallbackMs = 900_000;
/** The least wait after a step that brought nothing, so that no run spins. */
export const idleWaitMs = 1_000;
