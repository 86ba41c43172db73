import { Suspense, useSyncExternalStore } from "react";
import { lazyNamed } from "../lazy-named.ts";

const listeners = new Set<() => void>();
let isWanted = false;

// The library is fetched with the first message, not with the first page.
async function library() {
  isWanted = true;
  for (const listener of listeners) listener();
  const sonner = await import("sonner");
  return sonner.toast;
}

/** Says briefly what came of an action. Errors stay until they are read. */
export const toast = {
  done: (text: string, action?: { label: string; onPress: () => void }): void =>
    void library().then((toast) =>
      toast(text, action ? { action: { label: action.label, onClick: action.onPress } } : {}),
    ),
  failed: (text: string, error?: unknown): void =>
    void library().then((toast) =>
      toast.error(text, {
        duration: Number.POSITIVE_INFINITY,
        closeButton: true,
        ...(error instanceof Error ? { description: error.message } : {}),
      }),
    ),
};

const Toaster = lazyNamed(async () => (await import("sonner")).Toaster);

/** Where messages appear; stands once, in the frame. */
export function Toasts({ theme }: { theme: "system" | "light" | "dark" }) {
  const wanted = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => isWanted,
  );
  if (!wanted) return null;
  return (
    <Suspense fallback={null}>
      <Toaster position="bottom-right" theme={theme} toastOptions={{ className: "!font-sans !text-sm" }} />
    </Suspense>
  );
}
