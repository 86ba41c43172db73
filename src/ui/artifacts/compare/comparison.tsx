import { useMemo } from "react";
import type { Artifact } from "../../../schema/artifacts.ts";
import { ArtifactContent } from "../../artifact-view/artifact-content.tsx";
import { tableOf } from "../../artifact-view/table-data.ts";
import { numberIn } from "../../schema-form/shapes.ts";
import { TableDifference } from "./table-difference.tsx";
import { TextDifference } from "./text-difference.tsx";

interface Props {
  base: Artifact;
  version: Artifact;
}

/** What is different between two versions, by what they hold: numbers, tables, images, else lines of text. */
export function Comparison({ base, version }: Props) {
  const content = useMemo(() => differenceKind(base, version), [base, version]);
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      {base.description !== version.description && (
        <section aria-label="Description" className="border-b">
          <h3 className="px-4 pt-2.5 font-strong">Description</h3>
          <TextDifference before={base.description ?? ""} after={version.description ?? ""} />
        </section>
      )}
      {content.kind === "numbers" && <Numbers before={content.before} after={content.after} />}
      {content.kind === "tables" && <TableDifference before={content.before} after={content.after} />}
      {content.kind === "images" && <Images base={base} version={version} />}
      {content.kind === "texts" && <TextDifference before={content.before} after={content.after} />}
    </div>
  );
}

function differenceKind(base: Artifact, version: Artifact) {
  const [from, to] = [numberIn(base.data), numberIn(version.data)];
  if (from !== undefined && to !== undefined) return { kind: "numbers", before: from, after: to } as const;
  const isOf = (type: string) => base.type === type && version.type === type;
  const [before, after] = isOf("table") ? [tableOf(base.data), tableOf(version.data)] : [];
  if (before && after) return { kind: "tables", before, after } as const;
  if (isOf("image")) return { kind: "images" } as const;
  return { kind: "texts", before: textOf(base.data), after: textOf(version.data) } as const;
}

const textOf = (data: unknown): string =>
  typeof data === "string" ? data : (JSON.stringify(data, null, 2) ?? "");

function Numbers({ before, after }: { before: number; after: number }) {
  const change = after - before;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return (
    <p className="flex items-baseline gap-3 px-4 py-4 text-lg tabular-nums">
      <span className="text-muted">{before.toLocaleString("en")}</span>
      <span className="text-faint">→</span>
      <span className="font-strong">{after.toLocaleString("en")}</span>
      <span className="text-sm text-muted">
        {sign}
        {Math.abs(change).toLocaleString("en", { maximumFractionDigits: 6 })}
      </span>
    </p>
  );
}

const Images = ({ base, version }: Props) => (
  <div className="grid gap-4 px-4 py-3 sm:grid-cols-2">
    {[base, version].map((artifact, place) => (
      <figure key={artifact.id}>
        <figcaption className="mb-1 text-muted">{place === 0 ? "Before" : "After"}</figcaption>
        <ArtifactContent artifact={artifact} />
      </figure>
    ))}
  </div>
);
