import { TagEditor } from "../../kit/controls/tag-editor.tsx";
import { type ScopeKind, scopeLabels, scopeOf } from "../model/scopes.ts";
import type { PresetProps } from "./props.ts";
import { ResourcePicker } from "./resource-picker.tsx";

const pickers = [
  { kind: "flow", label: "Flows", placeholder: "Any flow" },
  { kind: "deployment", label: "Deployments", placeholder: "Any deployment" },
  { kind: "work-pool", label: "Work pools", placeholder: "Any work pool" },
] as const;

/** Which runs count. */
export function ScopeFields({ trigger, onChange, nameOf }: PresetProps) {
  const scope = scopeOf(trigger);
  if (!scope) return null;
  const set = (kind: ScopeKind, ids: readonly string[]) =>
    onChange({ ...trigger, match_related: scopeLabels({ ...scope, [kind]: ids }) });
  return (
    <div className="grid min-w-0 gap-3 sm:grid-cols-2">
      {pickers.map(({ kind, label, placeholder }) => (
        <ResourcePicker
          key={kind}
          {...{ kind, label, placeholder }}
          chosen={scope[kind]}
          onChange={(ids) => set(kind, ids)}
          nameOf={(id) => nameOf(`prefect.${kind}.${id}`)}
        />
      ))}
      <TagEditor label="Tags" tags={scope.tag} placeholder="Any tag" onChange={(tags) => set("tag", tags)} />
    </div>
  );
}
