import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo, useState } from "react";
import { artifacts } from "../../../schema/artifacts.ts";
import { events } from "../../../schema/events.ts";
import type { Change } from "../../../schema/live.ts";
import { toMs } from "../../../schema/scalars.ts";
import { State, type StateType } from "../../../schema/states.ts";
import { query } from "../../api.ts";
import { useScopes } from "../../live.ts";
import { stateStyle } from "../../parts/runs/states.ts";
import type { RunModel } from "../model.ts";

/** Something that happened to the run as a whole. */
export interface Mark {
  id: string;
  kind: "state" | "artifact" | "event";
  time: number;
  label: string;
  /** Of a state. */
  state?: { type: StateType; name: string | null };
}

/** Marks that would lie upon each other. */
export interface MarkGroup {
  /** Where on the axis, in pixels. */
  x: number;
  marks: readonly Mark[];
}

const mostArtifacts = 100;
/** States are marks of their own, and so are tasks. */
const excluded = ["prefect.flow-run.", "prefect.task-run.", "praetor."];

/** The states, artifacts and events of a flow run, by time. Nothing waits for them. */
export function useMarks({ flowRunId, states }: RunModel, isLive: boolean): readonly Mark[] {
  const later = useLaterStates(flowRunId);
  const written = useQuery(
    query(artifacts.filter, {
      artifacts: { flow_run_id: { any_: [flowRunId] }, type: { not_any_: ["result"] } },
      sort: "CREATED_DESC",
      limit: mostArtifacts,
    }),
  );
  useScopes(isLive ? [{ noun: "artifacts", flow_run_id: flowRunId }] : []);
  const told = useQuery(
    query(events.filter, {
      filter: {
        any_resource: { id: [`prefect.flow-run.${flowRunId}`] },
        event: { exclude_prefix: excluded },
        order: "ASC",
      },
    }),
  );
  return useMemo(
    () =>
      [
        ...[...states, ...later.filter(([, , time]) => time > (states.at(-1)?.[2] ?? 0))].map(
          ([type, name, time]): Mark => ({
            ...{ id: `${type} ${time}`, kind: "state", time, state: { type, name } },
            label: stateStyle(type, name).label,
          }),
        ),
        ...(written.data ?? []).map(
          ({ id, key, type, created }): Mark => ({
            ...{ id, kind: "artifact", time: toMs(created ?? "") },
            label: `Artifact ${key ?? type ?? "without a key"}`,
          }),
        ),
        ...(told.data?.events ?? []).map(
          ({ id, event, occurred }): Mark => ({ id, kind: "event", time: toMs(occurred), label: event }),
        ),
      ].sort((a, b) => a.time - b.time),
    [states, later, written.data, told.data],
  );
}

type StateTime = RunModel["states"][number];

/** States that the run came into since its graph was read. */
function useLaterStates(flowRunId: string): readonly StateTime[] {
  const [later, setLater] = useState<readonly StateTime[]>([]);
  const hear = useCallback(
    ({ id, row }: Change) => {
      const state = id === flowRunId ? State.safeParse(row?.state).data : undefined;
      if (!state) return;
      const time = toMs(state.timestamp);
      setLater((known) =>
        time > (known.at(-1)?.[2] ?? 0) ? [...known, [state.type, state.name, time]] : known,
      );
    },
    [flowRunId],
  );
  useScopes(wholeRuns, hear);
  return later;
}

const wholeRuns = [{ noun: "flow-runs" }] as const;

/** Marks in view, those closer than `apart` pixels in one group, which stands where the first of them is. */
export function groupsOf(
  marks: readonly Mark[],
  xOf: (time: number) => number,
  { width, apart }: { width: number; apart: number },
): MarkGroup[] {
  const groups: { x: number; marks: Mark[] }[] = [];
  for (const mark of marks) {
    const x = xOf(mark.time);
    if (x < 0 || x > width) continue;
    const last = groups.at(-1);
    if (last && x - last.x < apart) last.marks.push(mark);
    else groups.push({ x, marks: [mark] });
  }
  return groups;
}
