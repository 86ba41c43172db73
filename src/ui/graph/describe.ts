import { stateStyle } from "../parts/runs/states.ts";
import { at } from "./layout/arrays.ts";
import type { RunModel } from "./model.ts";
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
