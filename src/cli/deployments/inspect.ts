import { inOrderOfCreation } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { connect } from "../connect.ts";
import { startedText } from "../flow-runs/list.ts";
import { table } from "../table.ts";
import { bold, dim, oneLine, print, printJson, stateText } from "../terminal.ts";
import { findDeployment, fullName, type NamedDeployment } from "./find.ts";
import { statusText } from "./list.ts";
import type { ChangeOptions } from "./options.ts";
import { scheduleText } from "./schedule-text.ts";

const runsShown = 10;

export async function inspect(name: string, { json }: ChangeOptions): Promise<void> {
  const client = connect();
  const deployment = await findDeployment(client, name);
  const runs = await client.call(flowRuns.filter, {
    deployments: { id: { any_: [deployment.id] } },
    sort: "EXPECTED_START_TIME_DESC",
    limit: runsShown,
  });
  if (json) return printJson({ deployment, flow_runs: runs });
  print(`${bold(oneLine(fullName(deployment)))}  ${statusText(deployment)}`);
  if (deployment.description) print(`  ${oneLine(deployment.description)}`);
  print("");
  for (const [label, value] of details(deployment)) if (value) print(`  ${dim(label.padEnd(11))} ${value}`);
  print(`\n${bold("Schedules")}`);
  for (const { schedule, active, slug } of inOrderOfCreation(deployment.schedules))
    print(
      `  ${oneLine(scheduleText(schedule))}${dim(`${slug ? `  ${slug}` : ""}${active ? "" : "  inactive"}`)}`,
    );
  if (deployment.schedules.length === 0) print(dim("  none"));
  print(`\n${bold("Runs")}`);
  if (runs.length === 0) return print(dim("  none yet"));
  const now = Date.now();
  const columns = [
    { title: "STATE", text: stateText },
    { title: "RUN", text: (run: (typeof runs)[number]) => oneLine(run.name), shrinksTo: 12 },
    { title: "STARTED", text: (run: (typeof runs)[number]) => startedText(run, now) },
    { title: "ID", text: (run: (typeof runs)[number]) => dim(run.id), dropped: 1 },
  ];
  print(table(columns, runs));
}

function details(deployment: NamedDeployment): [string, string | null][] {
  const { parameters, global_concurrency_limit: limit, concurrency_options: options } = deployment;
  const full = options?.collision_strategy === "CANCEL_NEW" ? "excess runs are cancelled" : "more wait";
  return [
    ["id", deployment.id],
    ["entrypoint", deployment.entrypoint && oneLine(deployment.entrypoint)],
    ["folder", deployment.path && oneLine(deployment.path)],
    ["pool", deployment.work_pool_name && oneLine(poolText(deployment))],
    ["limit", limit && `${limit.active_slots} of ${limit.limit} taken, ${full}`],
    ["parameters", Object.keys(parameters).length > 0 ? oneLine(JSON.stringify(parameters)) : null],
    ["tags", oneLine(deployment.tags.join(" "))],
    ["version", deployment.version && oneLine(deployment.version)],
  ];
}

const poolText = ({ work_pool_name, work_queue_name }: NamedDeployment): string =>
  `${work_pool_name}${work_queue_name ? `, queue ${work_queue_name}` : ""}`;
