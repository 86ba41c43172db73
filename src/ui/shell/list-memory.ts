import { useEffect } from "react";
import { useLocation } from "../kit/router.tsx";

// The address is the truth of what a list shows. The navigation leads back to the view that was last open in this tab,
// and from an open list to the list without filters.

/** A list stands at an address of one segment, such as `/runs`; what stands below is a detail page. */
const isList = (path: string) => /^\/[^/]+$/.test(path);
const keyOf = (path: string) => `praetor.list:${path}`;

/** Where the navigation leads for a page, given where the reader is. */
export function useReturnPath(): (path: string) => string {
  const { pathname, search } = useLocation();
  useEffect(() => {
    if (!isList(pathname)) return;
    try {
      sessionStorage.setItem(keyOf(pathname), search);
    } catch {
      // Storage that is full or forbidden: the navigation then leads to lists without filters.
    }
  }, [pathname, search]);
  return (path) => (path === pathname ? path : returnPath(path));
}

/** The page with the view that was last open. */
export function returnPath(path: string): string {
  if (!isList(path)) return path;
  try {
    return `${path}${sessionStorage.getItem(keyOf(path)) ?? ""}`;
  } catch {
    return path;
  }
}
