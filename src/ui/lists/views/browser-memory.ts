import { useSyncExternalStore } from "react";

// What this browser remembers of lists: never sent to a server. Storage may be full or forbidden: then it is for as long
// as the page is open.

const memory = new Map<string, string | null>();
const listeners = new Set<() => void>();

export function remembered(key: string): string | null {
  const known = memory.get(key);
  if (known !== undefined) return known;
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(key);
  } catch {
    // As if nothing was stored.
  }
  memory.set(key, stored);
  return stored;
}

/** Null forgets. */
export function remember(key: string, value: string | null): void {
  memory.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Kept in memory.
  }
  for (const listener of listeners) listener();
}

export const useRemembered = (key: string): string | null =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => remembered(key),
  );
