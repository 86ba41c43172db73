import { useMemo } from "react";
import type { LogFilter } from "../../schema/logs.ts";
import { timestamp } from "../../schema/scalars.ts";
import { useIsPraetor } from "../api.ts";
import { readOption } from "../lists/controls/controls.ts";
import type { List } from "../lists/list.ts";
import { read } from "../lists/query-text.ts";
import { boundOf, valuesOf, wordsOf } from "../lists/request-query.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { useHeadPages } from "../lists/use-head-pages.ts";
import { useSearch } from "../lists/use-search.ts";
import { useSettings } from "../settings.ts";
import { fields, language, lowestLevel } from "./fields.ts";
import { type LogRow, logSource } from "./source.ts";

const itself = (row: LogRow) => row;

/** The lines that match a query, newest first; while they are followed, new ones come in at the top. */
export function useLogs(q: string, isFollowed: boolean): List<LogRow> {
  const isPraetor = useIsPraetor();
  const { zone } = useSettings();
  const { server, client } = useCompiledQuery(q, fields);
  const filter = useMemo(() => logFilterOf(q, { zone, now: Date.now() }), [q, zone]);
  const request = useMemo(() => {
    const { flows, task_runs } = isPraetor ? server : {};
    return {
      logs: filter,
      ...(flows?.name ? { flows: { name: flows.name } } : {}),
      ...(task_runs?.name ? { task_runs: { name: task_runs.name } } : {}),
    };
  }, [filter, server, isPraetor]);
  const mayGrow = isFollowed && !filter.timestamp?.before_;
  const source = useMemo(() => {
    const { timestamp: _, ...asked } = request.logs;
    const isSearch = Object.keys(asked).length > 0 || Object.keys(request).length > 1;
    return logSource({ request, isPraetor, isSearch, isFollowed: mayGrow });
  }, [request, isPraetor, mayGrow]);
  return useSearch(useClientFilter(useHeadPages(source), client, itself), request);
}

/** What a query asks of the lines themselves. */
export function logFilterOf(q: string, { zone, now }: { zone: string; now: number }): LogFilter {
  const asked = read(q, language);
  const level = lowestLevel(readOption(q, fields, "level"));
  const bound = (key: "since" | "until") => {
    const ms = boundOf(asked, key, { now, zone });
    return ms === undefined ? undefined : timestamp(Math.floor(ms));
  };
  const [after_, before_] = [bound("since"), bound("until")];
  const texts = (key: "logger" | "run") => valuesOf(asked, key).wanted.map(({ text }) => text);
  const [loggers, runs] = [texts("logger"), texts("run")];
  const words = wordsOf(asked);
  return {
    ...(level > 0 ? { level: { ge_: level } } : {}),
    ...(after_ || before_ ? { timestamp: { ...(after_ && { after_ }), ...(before_ && { before_ }) } } : {}),
    ...(loggers.length > 0 ? { name: { any_: loggers } } : {}),
    ...(runs.length > 0 ? { flow_run_id: { any_: runs } } : {}),
    ...(words ? { text: { query: words } } : {}),
  };
}
