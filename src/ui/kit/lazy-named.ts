import { type ComponentType, lazy } from "react";

const firstPauseMs = 250;
/** Half a minute in all. */
const attempts = 8;

/** A part of the program that does not come: the server is away, or has become another version that has no such part. */
export class NotFetched extends Error {}

/**
 * A component that is fetched when it is first shown. A server that is away at that moment, as while it is started
 * again, is asked again for a while: the page around it stays.
 */
export function lazyNamed<P>(load: () => Promise<ComponentType<P>>) {
  return lazy(async () => ({ default: await patiently(load) }));
}

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (attempt === attempts)
        throw new NotFetched(`Part of this page could not be loaded: ${reason}`, { cause });
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** (attempt - 1)));
    }
  }
}
