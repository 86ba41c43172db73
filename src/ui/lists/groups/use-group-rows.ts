import { type QueryClient, useQueries, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { clientOf } from "../../api.ts";
import type { Page, Row } from "../head-changes.ts";
import type { HeadSource } from "../use-head-pages.ts";
import type { GroupRows } from "./merged-groups.ts";

/** A search may answer with few rows; so many are looked for before the reader is asked. */
const screenful = 25;
const mostRequests = 6;

interface Opened<T> {
  pages: Page<T>[];
}

/** The rows of open groups, by the key of the group; `wanted` says how many pages of each. */
export function useGroupRows<T extends Row>(
  sources: ReadonlyMap<string, HeadSource<T>>,
): ReadonlyMap<string, GroupRows<T>> {
  const [wanted, setWanted] = useState<ReadonlyMap<string, number>>(new Map());
  const queries = useQueryClient();
  const entries = useMemo(() => [...sources], [sources]);
  const results = useQueries({
    queries: entries.map(([key, source]) => {
      const pages = wanted.get(key) ?? 1;
      const isFirst = pages === 1 && source.readHead === undefined;
      return {
        queryKey: keyFor(source, pages),
        queryFn: ({ client, signal }: { client: QueryClient; signal: AbortSignal }) =>
          readPages(client, { source, pages, signal }),
        // Only a list of one page is read again as it changes; in longer ones rows change in place.
        ...(isFirst ? {} : { meta: { live: "patch" } as const, staleTime: Number.POSITIVE_INFINITY }),
        placeholderData: () => queries.getQueryData<Opened<T>>(keyFor(source, pages - 1)),
      };
    }),
  });
  return useMemo(
    () =>
      new Map(
        results.map(({ data, isPending, isPlaceholderData, error, refetch }, at) => {
          const key = entries[at]?.[0] ?? "";
          const read = data?.pages ?? [];
          const group: GroupRows<T> = {
            rows: read.flatMap((page) => page.results),
            isPending: isPending || isPlaceholderData,
            error,
            hasMore: read.at(-1)?.next != null,
            searched: searchedIn(read),
            loadMore: () => setWanted((old) => new Map(old).set(key, (old.get(key) ?? 1) + 1)),
            refetch: () => void refetch(),
          };
          return [key, group];
        }),
      ),
    [results, entries],
  );
}

const keyFor = <T extends Row>({ noun, input }: HeadSource<T>, pages: number) => [
  noun,
  "filter",
  input,
  "group",
  pages,
];

const searchedIn = <T>(pages: readonly Page<T>[]): number | undefined =>
  pages.some(({ searched }) => searched !== undefined)
    ? pages.reduce((sum, { searched = 0 }) => sum + searched, 0)
    : undefined;

interface PagesWanted<T extends Row> {
  source: HeadSource<T>;
  pages: number;
  signal: AbortSignal;
}

/** The pages that were read before, and one more. */
async function readPages<T extends Row>(
  queries: QueryClient,
  { source, pages, signal }: PagesWanted<T>,
): Promise<Opened<T>> {
  const before = pages > 1 ? queries.getQueryData<Opened<T>>(keyFor(source, pages - 1)) : undefined;
  const read = [...(before?.pages ?? [])];
  let found = 0;
  for (let requests = 0; requests < mostRequests; requests += 1) {
    const last = read.at(-1);
    if (last && last.next === null) break;
    const page = await source.read(clientOf(queries), last?.next ?? null, signal);
    read.push(page);
    found += page.results.length;
    if (found >= screenful || page.next === null) break;
  }
  return { pages: read };
}
