import type { RunNode } from "../../schema/graphs.ts";
import { stateStyle } from "../parts/runs/states.ts";
import { duration } from "../parts/time/durations.ts";
import { at } from "./layout/arrays.ts";
import type { BoxKind } from "./layout/result.ts";
import type { Histogram, RunModel } from "./model.ts";
import { toneLabel, tones } from "./tones.ts";

/** The name of a task from its key: `load-7d19ab02` is a run of `load`. */
export const taskNameOf = (key: string): string => key.replace(/-[0-9a-f]{8}$/, "");

/** What a node is, in one line for those who hear it: `load-3, task 3 of 40, failed, 2 parents`. */
export function describeNode(model: RunModel, index: number): string {
  const node = model.nodes[index];
  if (!node) return "";
  const { parents } = model.input;
  const count = at(parents.start, index + 1) - at(parents.start, index);
  const leader = model.leaderOf(index);
  const members = leader === -1 ? [] : model.membersOf(leader);
  return [
    node.name,
    node.kind === "flow-run" ? "subflow" : undefined,
    members.length > 1 ? `task ${members.indexOf(index) + 1} of ${members.length}` : undefined,
    stateStyle(node.state_type, node.state_name).label.toLowerCase(),
    node.run_count > 1 ? `${node.run_count} attempts` : undefined,
    `${count} ${count === 1 ? "parent" : "parents"}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** A family as a whole: `load, group of 40 tasks, 2 failed, 38 completed`. */
export function describeFamily(model: RunModel, leader: number): string {
  const name = taskNameOf(model.nodes[leader]?.task_key ?? "");
  return `${name}, group of ${model.membersOf(leader).length} tasks, ${describeShares(model, leader)}`;
}

export function describeShares(model: RunModel, leader: number): string {
  const histogram = model.histogram(leader);
  return tones
    .filter((tone) => histogram[tone])
    .map((tone) => `${histogram[tone]} ${toneLabel[tone]}`)
    .join(", ");
}

/** What a card says first and after it. A subflow is named `flow / run`; the run is what tells it from its siblings. */
export function labelOf({
  kind,
  name,
}: Pick<RunNode, "kind" | "name">): [name: string, more: string | undefined] {
  if (kind !== "flow-run") return [name, undefined];
  const [flow = name, run] = name.split(" / ");
  return run === undefined ? [flow, undefined] : [run, flow];
}

/** How long a task took; empty while it has not ended. */
export const tookText = ({ start, end }: Pick<RunNode, "start" | "end">): string =>
  start === null || end === null ? "" : duration((end - start) / 1000);

export const attemptsOf = ({ run_count }: Pick<RunNode, "run_count">): string =>
  run_count > 1 ? `${run_count} attempts` : "";

/** `24 mapped · 1 failed · 3 running`: completed ones need no word. */
export function familyLine(histogram: Histogram, total: number): string {
  const noted = tones.filter((tone) => tone !== "completed" && histogram[tone]);
  const counts = noted.map((tone) => `${histogram[tone]?.toLocaleString("en")} ${toneLabel[tone]}`);
  return [`${total.toLocaleString("en")} mapped`, ...counts].join(" · ");
}

/** What a box is called: a task by its name, a family by that of its task and its size. */
export function describeBox(model: RunModel, { kind, node }: { kind: BoxKind; node: number }): string {
  const run = model.nodes[node];
  if (kind !== "family" && kind !== "frame") return run?.name ?? "";
  return `${taskNameOf(run?.task_key ?? "")} ×${model.membersOf(node).length.toLocaleString("en")}`;
}
