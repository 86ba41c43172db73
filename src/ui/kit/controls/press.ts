let isPressed = false;
const follow = ({ type }: Event) => {
  isPressed = type === "pointerdown";
};
for (const type of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(type, follow, true);

/**
 * Acts when no button of the mouse is held: what appears because a field was left would otherwise move the
 * button that is being pressed from under the pointer, and its click would be lost.
 */
export function afterPress(act: () => void): void {
  if (isPressed) addEventListener("pointerup", () => setTimeout(act), { capture: true, once: true });
  else act();
}
