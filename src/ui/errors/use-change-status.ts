import type { FailureStatus } from "../../schema/failures.ts";
import { failures } from "../../schema/failures.ts";
import { timestamp } from "../../schema/scalars.ts";
import { useApi } from "../api.ts";
import { toast } from "../kit/overlays/toast.tsx";

/** What becomes of a group: a time, in milliseconds, only where it is ignored for a while. */
export interface StatusChange {
  status: FailureStatus;
  until?: number | undefined;
}

const done: Record<FailureStatus, string> = {
  open: "reopened",
  resolved: "resolved",
  ignored: "ignored",
};

/** Changes the status of groups, and says so; false where it could not be done. */
export function useChangeStatus(): (ids: readonly string[], change: StatusChange) => Promise<boolean> {
  const { client, queries } = useApi();
  return async (ids, { status, until }) => {
    const ignored_until = until === undefined ? null : timestamp(Math.floor(until));
    try {
      const { updated } = await client.call(failures.updateMany, { ids: [...ids], status, ignored_until });
      toast.done(updated === 1 ? `Error ${done[status]}` : `${updated} errors ${done[status]}`);
      void queries.invalidateQueries({ queryKey: ["failures"] });
      return true;
    } catch (error) {
      toast.failed("Could not change the status", error);
      return false;
    }
  };
}
