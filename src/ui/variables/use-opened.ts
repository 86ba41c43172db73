import { useLocation, useNavigate } from "../kit/router.tsx";
import { newKey, variableKey } from "../parts/paths.ts";

export interface Opened {
  /** Name of the variable that is open; empty for one that is to be made. Null where none is. */
  name: string | null;
  pathOf: (row: { name: string }) => string;
  create: () => void;
  close: () => void;
  /** It has another name now. */
  rename: (name: string) => void;
}

/** The variable that is open beside the list, as the address says it; the list stays as it is. */
export function useOpened(): Opened {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const query = new URLSearchParams(search);
  const pathWith = (key?: string, value = "") => {
    const next = new URLSearchParams(search);
    next.delete(newKey);
    next.delete(variableKey);
    if (key) next.set(key, value);
    return next.size > 0 ? `${pathname}?${next}` : pathname;
  };
  return {
    name: query.has(newKey) ? "" : query.get(variableKey),
    pathOf: ({ name }) => pathWith(variableKey, name),
    create: () => void navigate(pathWith(newKey)),
    close: () => void navigate(pathWith()),
    rename: (name) => void navigate(pathWith(variableKey, name), { replace: true }),
  };
}
