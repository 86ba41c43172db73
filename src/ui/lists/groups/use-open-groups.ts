import { useCallback, useMemo } from "react";
import { useSearchParams } from "../../kit/router.tsx";

/** Groups whose rows are read at the same time. */
const mostOpen = 12;

/** Keys of the open groups, as the address has them. */
export function useOpenGroups(): [ReadonlySet<string>, (key: string) => void] {
  const [params, setParams] = useSearchParams();
  const text = JSON.stringify(params.getAll("open"));
  const open = useMemo(() => new Set<string>(JSON.parse(text)), [text]);
  const toggle = useCallback(
    (key: string) =>
      setParams(
        (old) => {
          const next = new URLSearchParams(old);
          const keys = old.getAll("open");
          const kept = keys.includes(key)
            ? keys.filter((one) => one !== key)
            : [...keys, key].slice(-mostOpen);
          next.delete("open");
          for (const one of kept) next.append("open", one);
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );
  return [open, toggle];
}
