import { useCallback } from "react";
import { useSearchParams } from "../../kit/router.tsx";
import { remember, useRemembered } from "./browser-memory.ts";
import { readColumns } from "./columns.ts";

const keyOf = (list: string) => `praetor.columns:${list}`;

/** Keys of the chosen columns: those of the address, else those that this browser last chose. None stands for all. */
export function useColumns(list: string): [readonly string[], (keys: readonly string[]) => void] {
  const [params, setParams] = useSearchParams();
  const last = useRemembered(keyOf(list));
  const change = useCallback(
    (keys: readonly string[]) => {
      remember(keyOf(list), keys.length > 0 ? keys.join() : null);
      setParams((old) => {
        const next = new URLSearchParams(old);
        if (keys.length > 0) next.set("cols", keys.join());
        else next.delete("cols");
        return next;
      });
    },
    [list, setParams],
  );
  return [readColumns(params.get("cols") ?? last), change];
}
