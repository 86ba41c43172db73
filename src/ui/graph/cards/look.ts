import type { StateType } from "../../../schema/states.ts";

/** How much of a state's colour is in its card and in the border of it, in percent. */
const tints: Partial<Record<StateType, [card: number, border: number]>> = {
  FAILED: [9, 55],
  CRASHED: [9, 55],
  RUNNING: [8, 45],
  PAUSED: [8, 40],
  CANCELLING: [6, 40],
  CANCELLED: [5, 30],
  COMPLETED: [3, 22],
};

const mixed = (color: string, percent: number, ground: string) =>
  `color-mix(in oklab, ${color} ${percent}%, var(--${ground}))`;

/** A card's colours. What has not begun is dashed and untinted; what went well does not shout. */
export function cardLook(type: StateType | null, color: string) {
  const [card, border] = tints[type ?? "PENDING"] ?? [2, 18];
  return {
    isWaiting: type === null || type === "SCHEDULED" || type === "PENDING",
    /** Its name keeps the colour of text. */
    isQuiet: type !== "FAILED" && type !== "CRASHED",
    style: { background: mixed(color, card, "surface"), borderColor: mixed(color, border, "line-strong") },
  };
}
