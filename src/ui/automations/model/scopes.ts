import { type EventDraft, type Labels, relatedOf, valuesOf } from "./drafts.ts";
import { resourceKey } from "./event-words.ts";

// What the runs of a trigger are narrowed to, as conditions on related resources.

export const scopeKinds = ["flow", "deployment", "tag", "work-pool", "work-queue"] as const;
export type ScopeKind = (typeof scopeKinds)[number];
/** Ids, or tags, by kind. */
export type Scope = Readonly<Record<ScopeKind, readonly string[]>>;

const roleKey = "prefect.resource.role";
const start = (kind: ScopeKind) => `prefect.${kind}.`;

/** The scope of a trigger; undefined where its conditions are of another form. */
export function scopeOf(trigger: EventDraft): Scope | undefined {
  const scope: Record<ScopeKind, string[]> = {
    ...{ flow: [], deployment: [], tag: [], "work-pool": [], "work-queue": [] },
  };
  for (const labels of relatedOf(trigger)) {
    const kind = kindOf(labels);
    if (!kind || scope[kind].length > 0) return undefined;
    scope[kind] = valuesOf(labels, resourceKey).map((id) => id.slice(start(kind).length));
  }
  return scope;
}

function kindOf(labels: Labels): ScopeKind | undefined {
  const keys = Object.keys(labels);
  const ids = valuesOf(labels, resourceKey);
  const kind = scopeKinds.find((one) => ids.length > 0 && ids.every((id) => id.startsWith(start(one))));
  const isPlain = keys.every((key) => key === resourceKey || (key === roleKey && labels[key] === kind));
  return isPlain ? kind : undefined;
}

/** The conditions of a scope, in the form that Prefect's dashboard writes. */
export function scopeLabels(scope: Scope): EventDraft["match_related"] {
  const list = scopeKinds.flatMap((kind): Labels[] =>
    scope[kind].length === 0
      ? []
      : [{ [roleKey]: kind, [resourceKey]: scope[kind].map((id) => `${start(kind)}${id}`) }],
  );
  const [only] = list;
  return list.length === 1 && only ? only : list.length === 0 ? {} : list;
}
