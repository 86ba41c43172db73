/** Whether the full form of a fault test was asked for (`npm run test:faults`), not the small one of `npm test`. */
export const isFull = process.env.PRAETOR_FAULTS === "full";

/** A parameter of a fault test: the small form's, or the full form's. */
export const scaled = (small: number, full: number): number => (isFull ? full : small);
