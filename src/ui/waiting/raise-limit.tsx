import { useState } from "react";
import type { Input, Route } from "../../schema/route.ts";
import { useApi, useCommand } from "../api.ts";
import { CountField, countProblem } from "../kit/controls/count-field.tsx";
import { ConfirmDialog } from "../parts/actions/confirm-dialog.tsx";
import { curlOf } from "../parts/actions/curl.ts";

interface Props<R extends Route> {
  /** Whose limit: `work pool etl`. */
  of: string;
  limit: number;
  used: number;
  /** Which sets it, and with what. */
  route: R;
  input: (limit: number) => Input<R>;
  onClose: () => void;
}

/** Lets more run at once. */
export function RaiseLimit<R extends Route>({ of, limit, used, route, input, onClose }: Props<R>) {
  const { client } = useApi();
  const update = useCommand(route);
  const [typed, setTyped] = useState(String(limit + 1));
  const [tried, setTried] = useState(false);
  const problem = countProblem(typed);
  return (
    <ConfirmDialog
      title={`Raise the limit of ${of}`}
      description={`${used} of ${limit} slots in use.`}
      verb="Save"
      keep="Cancel"
      done={`Limit of ${of} is now ${typed}`}
      {...(!problem && { command: curlOf(client.baseUrl, route, input(Number(typed))) })}
      act={async () => {
        setTried(true);
        if (!problem) await update.mutateAsync(input(Number(typed)));
        return !problem;
      }}
      onClose={onClose}
    >
      <CountField label="Limit" value={typed} onChange={setTyped} error={tried ? problem : undefined} />
    </ConfirmDialog>
  );
}
