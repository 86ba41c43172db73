import { hasChanged, objectionsToDeployments, objectionsToRuns, wasDeleted } from "../rules/bulk-verbs.ts";
import { problem } from "../schema/problems.ts";
import type { BulkVerb, Selection, SelectionPreview } from "../schema/selections.ts";
import type { ChosenGroup, ChosenKind } from "../store/runs/selection-rows.ts";
import type { Store } from "../store/store.ts";
import { expectVerb } from "./selections.ts";

const maxSamples = 5;

/** Which rows of a selection a verb would change now, and which it would skip and why. */
export async function previewSelection(
  store: Store,
  { id, verb }: { id: string; verb: BulkVerb },
): Promise<SelectionPreview> {
  const selection = await store.selections.read(id);
  if (!selection) throw problem("not-found", "The selection does not exist or has expired. Select again.");
  expectVerb(selection, verb);
  const groups = await store.selections.groups(id);
  const reasons = Map.groupBy(groups, (group) => objectionTo(selection.noun, verb, group));
  const taking = reasons.get(undefined) ?? [];
  return {
    ...{ count: countOf(taking), samples: samplesOf(taking) },
    states: selection.noun === "deployments" ? [] : statesOf(taking),
    flows: await store.selections.flowsOf(id, taking),
    left_out: [...reasons]
      .flatMap(([reason, some]) =>
        reason === undefined ? [] : [{ reason, count: countOf(some), samples: samplesOf(some) }],
      )
      .toSorted((a, b) => b.count - a.count),
  };
}

function objectionTo(noun: Selection["noun"], verb: BulkVerb, kind: ChosenKind): string | undefined {
  if (kind.isGone) return wasDeleted;
  const { state_type, state_name, isDeployed, isPaused } = kind;
  if (noun === "deployments")
    return isOne(objectionsToDeployments, verb)
      ? objectionsToDeployments[verb]({ paused: isPaused })
      : undefined;
  const objection =
    noun === "flow-runs" && isOne(objectionsToRuns, verb)
      ? objectionsToRuns[verb]({ state_type, deployment_id: isDeployed ? "some" : null })
      : undefined;
  if (objection !== undefined || !kind.hasChanged) return objection;
  return verb === "cancel" || verb === "add_tags" ? undefined : hasChanged(state_name);
}

const isOne = <K extends string>(table: Record<K, unknown>, key: string): key is K => key in table;

const countOf = (groups: readonly ChosenGroup[]): number =>
  groups.reduce((total, { count }) => total + count, 0);

const samplesOf = (groups: readonly ChosenGroup[]): SelectionPreview["samples"] =>
  groups
    .flatMap(({ samples }) => samples)
    .toSorted((a, b) => a.place - b.place)
    .slice(0, maxSamples)
    .map(({ id, name }) => ({ id, name }));

function statesOf(groups: readonly ChosenGroup[]): SelectionPreview["states"] {
  const named = Map.groupBy(groups, ({ state_type, state_name }) => `${state_type} ${state_name}`);
  return [...named.values()]
    .flatMap((some) => {
      const [first] = some;
      return first
        ? [{ state_type: first.state_type, state_name: first.state_name, count: countOf(some) }]
        : [];
    })
    .toSorted((a, b) => b.count - a.count);
}
