import type { Client } from "../../client/client.ts";
import { deploymentSchedules } from "../../schema/deployment-schedules.ts";
import { deployments } from "../../schema/deployments.ts";
import { timestamp } from "../../schema/scalars.ts";
import type { Action } from "../parts/actions/blast-radius.tsx";
import { curlOf } from "../parts/actions/curl.ts";
import type { ScheduleRow } from "./rows.ts";

export type ScheduleVerb = "pause" | "resume" | "until" | "delete";

const of = { one: "schedule", many: "schedules", noun: "deployments" } as const;
/** Commands that are written out for many. */
const mostCommands = 5;

/** What can be done to schedules; `until` is when those that are paused resume by themselves. */
export function actionOf(
  verb: ScheduleVerb,
  baseUrl: string,
  until: number | undefined,
): Action<ScheduleRow> {
  const all = (command: (row: ScheduleRow) => string) => ({
    command: (rows: readonly ScheduleRow[]) =>
      [
        ...rows.slice(0, mostCommands).map(command),
        ...(rows.length > mostCommands ? [`# and ${rows.length - mostCommands} more`] : []),
      ].join("\n"),
  });
  const turn = (active: boolean) => ({
    perform: (client: Client, row: ScheduleRow) => setActive(client, row, active),
    ...all((row) => curlOf(baseUrl, deployments.updateSchedule, { ...place(row), active })),
  });
  if (verb === "resume")
    return {
      ...{ of, verb: "Resume", done: "Resumed", danger: false },
      consequence: "Runs are created again for upcoming fires. Missed fires are not caught up.",
      objection: ({ active }) => (active ? "already active" : undefined),
      ...turn(true),
    };
  if (verb === "delete")
    return {
      ...{ of, verb: "Delete", done: "Deleted", danger: true, deletes: true },
      consequence: "Schedules are deleted permanently, with their scheduled runs that have not started.",
      objection: () => undefined,
      perform: async (client, row) => void (await client.call(deployments.deleteSchedule, place(row))),
      ...all((row) => curlOf(baseUrl, deployments.deleteSchedule, place(row))),
    };
  if (verb === "pause")
    return {
      ...{ of, verb: "Pause", done: "Paused", danger: false },
      consequence: "No runs are created while paused, and the upcoming runs of the schedules are deleted.",
      objection: ({ active, paused_until }) =>
        active || paused_until ? undefined : "already paused without an end",
      ...turn(false),
    };
  const input = ({ id }: ScheduleRow) => ({ id, until: timestamp(until ?? 0) });
  return {
    ...{ of, verb: "Pause", done: "Paused", danger: false },
    consequence: "No runs are created until the time below. Then the server resumes the schedules.",
    objection: () => undefined,
    perform: async (client, row) => void (await client.call(deploymentSchedules.pauseUntil, input(row))),
    ...all((row) => curlOf(baseUrl, deploymentSchedules.pauseUntil, input(row))),
  };
}

const place = ({ id, deployment_id }: ScheduleRow) => ({ id: deployment_id, schedule_id: id });

export async function setActive(client: Client, row: ScheduleRow, active: boolean): Promise<undefined> {
  await client.call(deployments.updateSchedule, { ...place(row), active });
  return undefined;
}
