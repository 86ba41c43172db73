import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type FailureGroup, failures } from "../../schema/failures.ts";
import { timestamp } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import { readOption } from "../lists/controls/controls.ts";
import type { List } from "../lists/list.ts";
import { read } from "../lists/query-text.ts";
import { boundOf, wordsOf } from "../lists/request-query.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSettings } from "../settings.ts";
import type { ErrorRow } from "./columns.tsx";
import { fields, language, statusesOf } from "./fields.ts";
import { titleOf } from "./words.ts";

export type Sort = "last" | "first" | "count";

const wireSort = {
  last: "LAST_SEEN_DESC",
  first: "FIRST_SEEN_DESC",
  count: "COUNT_DESC",
} as const satisfies Record<Sort, string>;

const dayMs = 86_400_000;
/** Without a time in the query. */
export const usualDays = 7;
/** Counts by the hour make a row large. */
const pageSize = 100;

interface Errors {
  list: List<ErrorRow>;
  window: { from: number; to: number };
  /** Groups with failures in the period, whatever their status, flow and text. */
  total: number | undefined;
  /** Of those, the groups that match the query. */
  matching: number | undefined;
  /** The period is the usual one. */
  isUsualPeriod: boolean;
}

/** The failure groups that match a query, with their counts over its period. */
export function useErrors(q: string, sort: Sort): Errors {
  const { server } = useCompiledQuery(q, fields);
  const { zone } = useSettings();
  const { filter, window, isUsualPeriod } = useMemo(() => {
    const asked = read(q, language);
    const now = Date.now();
    const [since, until] = (["since", "until"] as const).map((key) => boundOf(asked, key, { now, zone }));
    const to = until ?? now;
    const from = since ?? Math.min(now, to) - usualDays * dayMs;
    const period = {
      after_: timestamp(Math.floor(from)),
      ...(until === undefined ? {} : { before_: timestamp(Math.floor(until)) }),
    };
    const text = wordsOf(asked);
    return {
      isUsualPeriod: since === undefined && until === undefined,
      window: { from, to },
      filter: {
        period,
        narrowed: {
          ...{ ...period, ...server, status: statusesOf(readOption(q, fields, "status")) },
          ...(text ? { text } : {}),
        },
      },
    };
  }, [q, zone, server]);
  const input = useMemo(
    () => ({
      ...{ ...filter.narrowed, sort: wireSort[sort] },
      counts_by: window.to - window.from > 2 * usualDays * dayMs ? ("day" as const) : ("hour" as const),
    }),
    [filter, sort, window],
  );
  const pages = usePages<FailureGroup>({
    ...{ noun: "failures", input, pageSize },
    read: (client, page, signal) => client.call(failures.filter, { ...input, ...page }, { signal }),
  });
  const total = useQuery(query(failures.count, filter.period));
  const matching = useQuery(query(failures.count, filter.narrowed));
  const rows = useMemo(
    () => pages.rows.map((group): ErrorRow => ({ ...group, name: titleOf(group) })),
    [pages.rows],
  );
  return {
    list: { ...pages, rows },
    ...{ window, total: total.data, matching: matching.data, isUsualPeriod },
  };
}
