import { keepPreviousData, type UseQueryResult, useQuery } from "@tanstack/react-query";
import { type FailureGroup, failures } from "../../../schema/failures.ts";
import { timestamp } from "../../../schema/scalars.ts";
import { clientOf } from "../../api.ts";
import { useNow } from "../../kit/now.ts";
import { oneOf, useAddress } from "../../parts/address.ts";
import { type Period, periodNames, periods } from "./buckets.ts";

const defaults = { period: periodNames[0] };
const hourMs = 3_600_000;

/** The period of the counts, and what one bar of the chart is of. */
export interface Counted {
  period: Period;
  setPeriod: (period: Period) => void;
  range: { from: number; to: number; step: number };
}

/** A failure group with its counts over the period that the address names. */
export function useGroup(id: string): { source: UseQueryResult<FailureGroup>; counted: Counted } {
  const [search, change] = useAddress(defaults);
  const period = oneOf(periodNames, search.get("period"));
  const { span, step } = periods[period];
  // A new hour begins a new bar.
  const to = Math.floor(useNow(60) / hourMs + 1) * hourMs;
  const from = Math.floor((to - span) / step) * step;
  const input = {
    ...{ id, after_: timestamp(from) },
    counts_by: step < 24 * hourMs ? ("hour" as const) : ("day" as const),
  };
  const source = useQuery({
    // Not under the name `read`: changes that are told have no counts, so it is read again after each.
    queryKey: ["failures", "counts", input],
    queryFn: ({ client, signal }) => clientOf(client).call(failures.read, input, { signal }),
    placeholderData: keepPreviousData,
  });
  return {
    source,
    counted: { period, setPeriod: (next) => change({ period: next }), range: { from, to, step } },
  };
}
