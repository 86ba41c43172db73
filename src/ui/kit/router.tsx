import { type ComponentProps, useCallback, useEffect, useMemo } from "react";
import { Link as Base, useParams as useMatched, useLocation as usePlace, useSearch } from "wouter";

// The address of the page. Everything in the dashboard that reads or changes it does so here.

/** A path, and a query with or without its question mark. */
interface Target {
  pathname: string;
  search?: string;
}

interface Options {
  /** The entry of the history is replaced: "back" leads to what was before it. */
  replace?: boolean;
}

type LinkProps = Omit<ComponentProps<"a">, "href"> & Options & { to: string };

/** A link within the dashboard. `?…` keeps the path. */
export function Link({ to, ...rest }: LinkProps) {
  const [pathname] = usePlace();
  const { search } = useLocation();
  const href = to.startsWith("?") ? `${pathname}${to}` : to || pathname;
  return <Base {...rest} href={href} replace={rest.replace || href === `${pathname}${search}`} />;
}

interface NavLinkProps extends Omit<LinkProps, "className"> {
  className: (isActive: boolean) => string;
  /** Marked on exactly this page, not also on those below it. */
  isExact?: boolean;
}

/** A link of a navigation, which is marked while its page, or one below it, is open. */
export function NavLink({ className, isExact = false, ...rest }: NavLinkProps) {
  const { pathname } = useLocation();
  const path = rest.to.replace(/[?#].*$/s, "");
  const isActive = pathname === path || (!isExact && pathname.startsWith(`${path}/`));
  return <Link {...rest} className={className(isActive)} aria-current={isActive ? "page" : undefined} />;
}

/** Where the reader is; `search` begins with `?` unless it is empty. */
export function useLocation(): { pathname: string; search: string } {
  const [pathname] = usePlace();
  const search = useSearch();
  return { pathname, search: search && `?${search}` };
}

/** Goes to another address, or to the same with another query. The function stays the same. */
export function useNavigate(): (to: string | Target, options?: Options) => void {
  const [, go] = usePlace();
  return useCallback((to, options) => go(typeof to === "string" ? to : written(to), options), [go]);
}

/** Leads on to another address, which takes the place of this one in the history. */
export function Redirect({ to }: { to: string }) {
  const navigate = useNavigate();
  useEffect(() => navigate(to, { replace: true }), [navigate, to]);
  return null;
}

function written({ pathname, search = "" }: Target): string {
  const query = search.replace(/^\?/, "");
  return query ? `${pathname}?${query}` : pathname;
}

/** The named parts of the path, decoded. */
export function useParams(): Readonly<Record<string, string | undefined>> {
  const matched = useMatched();
  return useMemo(
    () => Object.fromEntries(Object.entries(matched).map(([name, part]) => [name, part && decoded(part)])),
    [matched],
  );
}

/** A part that is no valid encoding is taken as it stands. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

type Query = ConstructorParameters<typeof URLSearchParams>[0];
type Change = Query | ((before: URLSearchParams) => Query);

/** The query, and a function that changes it; changes that follow each other build on one another. */
export function useSearchParams(): [URLSearchParams, (next: Change, options?: Options) => void] {
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const latest = useMemo(() => ({ params: new URLSearchParams(search) }), [search]);
  const change = useCallback(
    (next: Change, options?: Options) => {
      latest.params = new URLSearchParams(typeof next === "function" ? next(latest.params) : next);
      navigate({ pathname, search: latest.params.toString() }, options);
    },
    [latest, pathname, navigate],
  );
  return [latest.params, change];
}
