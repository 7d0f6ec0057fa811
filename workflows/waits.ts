/** The least wait after a step that brought nothing, so that no run spins. */
export const idleWaitMs = 1_000;

/** For attempts that are due soon after one another their run is woken once, this late for the first at most. */
export const gatherWithinMs = 500;
/** And no later than by that share of its wait. */
export const gatherShare = 0.1;
