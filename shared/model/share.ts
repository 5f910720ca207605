/** Cores a share is counted over at most: more are no more phone. */
export const MOST_CORES = 8;
/** What one worker may take of its core, whatever the number of cores: beyond, a phone's scheduler wakes a big core for it. */
export const MOST_OF_CORE = 0.08;
