import { useSyncExternalStore } from "react";

export interface Settings {
  theme: "system" | "light" | "dark";
  /** `local`, `UTC` or a name of the IANA database. */
  zone: string;
  palette: "normal" | "colour-blind";
  density: "compact" | "normal" | "comfortable";
  /** Base of an API elsewhere; null for the server that served this page. */
  apiUrl: string | null;
}

const initial: Settings = {
  theme: "system",
  zone: "local",
  palette: "normal",
  density: "normal",
  apiUrl: null,
};

const key = "praetor-settings";
const listeners = new Set<() => void>();
let oldAuthString: string | null = null;
let current = load();

/** What this browser remembers of its user; never sent to a server. */
export const settings = {
  get: (): Settings => current,
  set(patch: Partial<Settings>): void {
    // What was kept for one address is not shown to another.
    if ("apiUrl" in patch) forgetOldPassword();
    current = { ...current, ...patch };
    localStorage.setItem(key, JSON.stringify(current));
    changed();
  },
};

export const useSettings = (): Settings => useSyncExternalStore(listen, settings.get);

/** Follows the settings on the root element, where theme.css reads them; also those changed in another tab. */
export function followSettings(): void {
  listeners.add(paint);
  window.addEventListener("storage", (event) => {
    if (event.key !== key) return;
    current = load();
    changed();
  });
  paint();
}

function paint() {
  const root = document.documentElement;
  const { theme, palette, density } = current;
  root.dataset.theme = theme;
  root.dataset.palette = palette;
  root.dataset.density = density;
}

function changed() {
  for (const listener of listeners) listener();
}

function listen(listener: () => void) {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

function load(): Settings {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    const { authString = null, ...kept } = Object(stored);
    if (authString !== null) {
      oldAuthString = String(authString);
      localStorage.setItem(key, JSON.stringify(kept));
    }
    return { ...initial, ...kept };
  } catch {
    return initial;
  }
}

/** `user:password` that an older version had kept in this browser: removed when it is found, and here until it was tried. */
export const oldPassword = (): string | null => oldAuthString;
export const forgetOldPassword = (): void => {
  oldAuthString = null;
};
