import { ApiError, type Client } from "../../client/client.ts";
import { type ConcurrencyLimit, concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { maxPage, toMs } from "../../schema/scalars.ts";
import { type RunRef, type SlotBoard, slots } from "../../schema/waiting.ts";
import { connect } from "../connect.ts";
import { type Column, table } from "../table.ts";
import { bold, dim, oneLine, print, printJson, relativeText, styled } from "../terminal.ts";
import type { JsonOption } from "./options.ts";

export async function list({ json }: JsonOption): Promise<void> {
  const client = connect();
  const rows: ConcurrencyLimit[] = [];
  for (let offset = 0; ; offset += maxPage) {
    const page = await client.call(concurrencyLimits.filter, { limit: maxPage, offset });
    rows.push(...page);
    if (page.length < maxPage) break;
  }
  rows.sort((a, b) => a.name.localeCompare(b.name));
  if (json) return printJson(rows);
  if (rows.length === 0)
    return print(
      dim("No concurrency limits. Create one with `praetor concurrency-limit create NAME LIMIT`."),
    );
  print(table(columns, rows));
}

const columns: Column<ConcurrencyLimit>[] = [
  { title: "LIMIT", text: ({ name }) => oneLine(name), shrinksTo: 16 },
  { title: "TAKEN", text: ({ active_slots: taken, limit }) => `${taken} of ${limit}` },
  { title: "STATUS", text: ({ active }) => activeText(active) },
  { title: "DECAY", text: ({ slot_decay_per_second: decay }) => decayText(decay), dropped: 1 },
  { title: "ID", text: ({ id }) => dim(id), dropped: 2 },
];

const activeText = (active: boolean): string => (active ? styled("green", "● active") : dim("○ inactive"));
const decayText = (decay: number): string => (decay > 0 ? `${decay} per second` : "–");

export async function inspect(name: string, { json }: JsonOption): Promise<void> {
  const client = connect();
  const limit = await client.call(concurrencyLimits.read, { id_or_name: name });
  const board = await boardOf(client, limit.name);
  if (json) return printJson({ limit, board: board ?? null });
  const taken = board?.used ?? limit.active_slots;
  print(`${bold(oneLine(limit.name))}  ${taken} of ${limit.limit} taken  ${activeText(limit.active)}`);
  if (limit.slot_decay_per_second > 0)
    print(`  ${decayText(limit.slot_decay_per_second)} released automatically`);
  if (board) printBoard(board, Date.now());
}

/** Only our servers list holders and waiters. */
async function boardOf(client: Client, name: string): Promise<SlotBoard | undefined> {
  try {
    return (await client.call(slots.boards, { names: [name] }))[0];
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

function printBoard({ leases, waiters }: SlotBoard, now: number): void {
  print(`\n${bold("Holders")}`);
  for (const { holder, slots: count, since, expires } of leases) {
    const until = expires ? `, until ${relativeText(toMs(expires), now)} unless renewed` : "";
    print(`  ${runText(holder)}  ${count} since ${relativeText(toMs(since), now)}${dim(until)}`);
  }
  if (leases.length === 0) print(dim("  none"));
  print(`\n${bold("Waiting")}`);
  for (const { run, since } of waiters) print(`  ${runText(run)}  since ${relativeText(toMs(since), now)}`);
  if (waiters.length === 0) print(dim("  nobody"));
}

const runText = (run: RunRef | null): string =>
  run ? `${oneLine(run.name)} ${dim(run.id)}` : dim("holder unknown");
