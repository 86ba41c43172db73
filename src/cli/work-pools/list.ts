import type { Client } from "../../client/client.ts";
import { maxPage } from "../../schema/scalars.ts";
import { type WorkPool, type WorkStatus, workPools } from "../../schema/work-pools.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { dim, oneLine, print, printJson, styled } from "../terminal.ts";
import type { JsonOption } from "./options.ts";

export async function list({ json }: JsonOption): Promise<void> {
  const rows = await allPools(connect());
  if (json) return printJson(rows);
  if (rows.length === 0) return print(dim("No work pools. Create one with `praetor work-pool create NAME`."));
  print(table(columns, rows));
}

async function allPools(client: Client): Promise<WorkPool[]> {
  const rows: WorkPool[] = [];
  for (let offset = 0; ; offset += maxPage) {
    const page = await client.call(workPools.filter, { limit: maxPage, offset });
    rows.push(...page);
    if (page.length < maxPage) return rows.toSorted((a, b) => a.name.localeCompare(b.name));
  }
}

const columns: Column<WorkPool>[] = [
  { title: "POOL", text: ({ name }) => oneLine(name), shrinksTo: 12 },
  { title: "TYPE", text: ({ type }) => oneLine(type) },
  { title: "STATUS", text: ({ status }) => statusText(status) },
  { title: "RUNS", text: slotsText },
  {
    title: "DESCRIPTION",
    text: ({ description }) => dim(oneLine(description ?? "")),
    shrinksTo: 10,
    dropped: 2,
  },
];

export function statusText(status: WorkStatus | null): string {
  if (status === "PAUSED") return styled("yellow", "‖ paused");
  return status === "READY" ? styled("green", "● ready") : dim("○ not ready");
}

export function slotsText(row: { concurrency_limit: number | null; active_slots: number | null }): string {
  return row.concurrency_limit === null
    ? dim("no limit")
    : `${row.active_slots ?? 0} of ${row.concurrency_limit}`;
}
