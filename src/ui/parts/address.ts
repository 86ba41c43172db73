import { useCallback } from "react";
import { useSearchParams } from "../kit/router.tsx";

/** The first of a list unless the text is another of it. */
export const oneOf = <T extends string>(list: readonly [T, ...T[]], text: string | null): T =>
  list.find((one) => one === text) ?? list[0];

/**
 * Changes keys of the address: the address is the truth of what a page shows. A key goes where its value is empty
 * or what is shown without it.
 */
export function useAddress(
  defaults: Readonly<Record<string, string>>,
): [URLSearchParams, (patch: Readonly<Record<string, string | undefined>>) => void] {
  const [search, setSearch] = useSearchParams();
  const change = useCallback(
    (patch: Readonly<Record<string, string | undefined>>) =>
      setSearch((old) => {
        const next = new URLSearchParams(old);
        for (const [key, value] of Object.entries(patch)) {
          if (!value || value === defaults[key]) next.delete(key);
          else next.set(key, value);
        }
        return next;
      }),
    [setSearch, defaults],
  );
  return [search, change];
}
