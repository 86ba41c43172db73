import { inOrderOfCreation } from "../../schema/deployments.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { dim, oneLine, print, printJson, styled } from "../terminal.ts";
import { allDeployments, fullName, type NamedDeployment } from "./find.ts";
import type { DeploymentListOptions } from "./options.ts";
import { scheduleText } from "./schedule-text.ts";

export async function list({ flow, tag, json }: DeploymentListOptions): Promise<void> {
  const rows = await allDeployments(connect(), {
    ...(flow ? { flows: { name: { any_: flow } } } : {}),
    ...(tag ? { deployments: { tags: { all_: tag } } } : {}),
  });
  if (json) return printJson(rows);
  if (rows.length === 0) return print(dim("No matching deployments."));
  print(table(columns, rows));
}

const columns: Column<NamedDeployment>[] = [
  { title: "DEPLOYMENT", text: (row) => oneLine(fullName(row)), shrinksTo: 16 },
  { title: "STATUS", text: statusText },
  { title: "SCHEDULE", text: schedulesText, shrinksTo: 12, dropped: 1 },
  { title: "POOL", text: ({ work_pool_name }) => oneLine(work_pool_name ?? "–"), dropped: 2 },
  { title: "TAGS", text: ({ tags }) => dim(oneLine(tags.join(" "))), shrinksTo: 8, dropped: 4 },
  { title: "ID", text: ({ id }) => dim(id), dropped: 3 },
];

export function statusText({ paused, status }: NamedDeployment): string {
  if (paused) return styled("yellow", "‖ paused");
  return status === "READY" ? styled("green", "● ready") : dim("○ not ready");
}

function schedulesText({ schedules }: NamedDeployment): string {
  const [first, ...others] = inOrderOfCreation(schedules).filter(({ active }) => active);
  if (!first) return dim(schedules.length > 0 ? "none active" : "–");
  return `${oneLine(scheduleText(first.schedule))}${others.length > 0 ? dim(` and ${others.length} more`) : ""}`;
}
