import { useState } from "react";
import type { z } from "zod";

/** A state that this browser keeps, such as where a divider was left; what is kept and not understood is ignored. */
export function useRemembered<T>(key: string, shape: z.ZodType<T>, initial: T): [T, (next: T) => void] {
  const [value, setValue] = useState(() => read(key, shape) ?? initial);
  const remember = (next: T) => {
    setValue(next);
    try {
      localStorage.setItem(key, JSON.stringify(next));
    } catch {
      // A full or forbidden storage: it is kept until the page is left.
    }
  };
  return [value, remember];
}

function read<T>(key: string, shape: z.ZodType<T>): T | undefined {
  try {
    return shape.safeParse(JSON.parse(localStorage.getItem(key) ?? "null")).data;
  } catch {
    return undefined;
  }
}
