import { useEffect, useEffectEvent, useSyncExternalStore } from "react";

export interface Shortcut {
  /** `g r`: one after the other; `Mod+k`: Ctrl, or Cmd on a Mac. */
  keys: string;
  label: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Heard also while typing in a field. */
  always?: boolean;
}

const shortcuts = new Set<Shortcut>();
const listeners = new Set<() => void>();
let snapshot: readonly Shortcut[] = [];
let pending = "";
let forget: ReturnType<typeof setTimeout> | undefined;

function changed() {
  snapshot = [...shortcuts];
  for (const listener of listeners) listener();
}

/** All shortcuts that work now, for the list behind `?`. */
export const useAllShortcuts = (): readonly Shortcut[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => snapshot,
  );

/** Makes shortcuts work while mounted. The list must have the same keys in each render. */
export function useShortcuts(list: readonly Shortcut[]): void {
  const current = useEffectEvent(() => list);
  const joined = list.map((shortcut) => shortcut.keys).join("\n");
  useEffect(() => {
    const mine = joined.split("\n").flatMap((keys, index) => {
      const shortcut = current()[index];
      return shortcut
        ? [{ ...shortcut, keys, run: (event: KeyboardEvent) => current()[index]?.run(event) }]
        : [];
    });
    for (const one of mine) shortcuts.add(one);
    changed();
    return () => {
      for (const one of mine) shortcuts.delete(one);
      changed();
    };
  }, [joined]);
}

/** Listens to the keyboard; once, in the frame. */
export function useKeyboard(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function onKey(event: KeyboardEvent) {
  if (event.defaultPrevented || event.isComposing) return;
  const pressed = nameOf(event);
  if (pressed === "Enter" && isOnControl(event)) return;
  const sequence = pending ? `${pending} ${pressed}` : pressed;
  const all = [...shortcuts].toReversed();
  const typing = isTyping(event);
  const found =
    all.find((one) => one.keys === sequence && (one.always || !typing)) ??
    all.find((one) => one.keys === pressed && (one.always || !typing));
  clearTimeout(forget);
  pending = "";
  if (found) {
    event.preventDefault();
    return found.run(event);
  }
  if (!typing && all.some((one) => one.keys.startsWith(`${pressed} `))) {
    pending = pressed;
    forget = setTimeout(() => {
      pending = "";
    }, 900);
  }
}

function nameOf(event: KeyboardEvent): string {
  const mod = event.ctrlKey || event.metaKey ? "Mod+" : "";
  return mod + (event.key.length === 1 && mod ? event.key.toLowerCase() : event.key);
}

/** Enter presses the button or follows the link that has the focus. */
const isOnControl = ({ target }: KeyboardEvent): boolean =>
  target instanceof Element && target.closest("button, a[href], summary") !== null;

// Dialogs and menus have keys of their own, as fields do.
function isTyping({ target }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      "input, textarea, select, [contenteditable=true], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]",
    ) !== null
  );
}

const isMac = typeof navigator !== "undefined" && /mac/i.test(navigator.userAgent);
/** Keys as they are written on the keyboard before us. */
export const written = (keys: string): string => keys.replace("Mod+", isMac ? "⌘" : "Ctrl+");
