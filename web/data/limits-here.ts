import { openLimits } from './limits.ts';

/** This page's: for the parts that load later, so that the first paint need not bring them. */
export const limitsHere = openLimits();
