import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { flowRuns } from "../../schema/flow-runs.ts";
import { query, useApi } from "../api.ts";
import { BlastRadius, Samples } from "../parts/actions/blast-radius.tsx";
import { type When, WhenField, whenAt, whenProblem } from "../run-deployment/when.tsx";
import { useSettings } from "../settings.ts";
import { actionOf, type ScheduleVerb } from "./actions.ts";
import type { ScheduleRow } from "./rows.ts";

interface Props {
  verb: ScheduleVerb;
  targets: readonly ScheduleRow[];
  onClose: () => void;
  onDone: (ids: readonly string[]) => void;
}

/** Says which schedules a verb changes and what goes with them, before it is done. */
export function ScheduleDialog({ verb, targets, onClose, onDone }: Props) {
  const { client } = useApi();
  const { zone } = useSettings();
  const [when, setWhen] = useState<When>({ kind: "in", text: "12h" });
  // Counted from when it was typed: the command and the request name the same time.
  const [at, setAt] = useState(() => whenAt(when, zone, Date.now()));
  const problem = whenProblem(when, zone, Date.now());
  const change = (next: When) => {
    setWhen(next);
    setAt(whenAt(next, zone, Date.now()));
  };
  const asked = {
    fields: (
      <WhenField label="Resume" value={when} onChange={change} problem={problem} kinds={["in", "at"]} />
    ),
    isReady: problem === undefined && at !== undefined,
  };
  return (
    <BlastRadius
      action={actionOf(verb, client.baseUrl, at)}
      targets={targets}
      breakdown={(taking) => <Breakdown verb={verb} rows={taking} />}
      {...(verb === "until" ? asked : {})}
      {...{ onClose, onDone }}
    />
  );
}

function Breakdown({ verb, rows }: { verb: ScheduleVerb; rows: readonly ScheduleRow[] }) {
  const deployed = named(
    rows,
    (row) => row.deployment_id,
    (row) => row.deployment_name,
  );
  const flows = named(
    rows,
    (row) => row.flow_id,
    (row) => row.flow_name,
  );
  return (
    <dl className="mb-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
      <Fact name={rows.length === 1 ? "Schedule" : "Schedules"}>
        <Samples targets={rows} />
      </Fact>
      <Fact name={deployed.length === 1 ? "Deployment" : "Deployments"}>
        <Samples targets={deployed} />
      </Fact>
      <Fact name={flows.length === 1 ? "Flow" : "Flows"}>
        <Samples targets={flows} />
      </Fact>
      {verb !== "resume" && (
        <Fact name="Deleted">
          <ScheduledRuns ids={rows.map(({ id }) => id)} />
        </Fact>
      )}
    </dl>
  );
}

const named = (
  rows: readonly ScheduleRow[],
  idOf: (row: ScheduleRow) => string,
  nameOf: (row: ScheduleRow) => string,
) => [...new Map(rows.map((row) => [idOf(row), { id: idOf(row), name: nameOf(row) }])).values()];

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** Schedules that are counted for at most. */
const most = 500;

function ScheduledRuns({ ids }: { ids: readonly string[] }) {
  const counted = useQuery(
    query(flowRuns.count, {
      flow_runs: {
        created_by: { id_: ids.slice(0, most) },
        state: { type: { any_: ["SCHEDULED"] } },
      },
    }),
  );
  if (counted.isError) return <span className="text-muted">Could not count the scheduled runs.</span>;
  if (counted.data === undefined) return <span className="text-muted">Counting scheduled runs</span>;
  const runs = `${counted.data.toLocaleString("en")} scheduled ${counted.data === 1 ? "run" : "runs"}`;
  return ids.length > most ? `${runs} of the first ${most} schedules` : runs;
}
