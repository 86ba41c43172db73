import type { Overview } from "../../schema/overview.ts";

/** What only our own server knows is null where the dashboard talks to another. */
type Unknown = "loads" | "failed_before" | "full_limits" | "silent_workers" | "usually_running";
export type NowFigures = Omit<Overview, Unknown> & { [K in Unknown]: Overview[K] | null };

export interface NowWindow {
  from: number;
  to: number;
}

export interface NowSource {
  data: NowFigures | undefined;
  error: unknown;
  isPending: boolean;
  isError: boolean;
  refetch: () => unknown;
}
