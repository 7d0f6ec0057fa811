/** The least wait after a step that brought nothing, so that no run spins. */
export const idleWaitMs = 1_000;
