import { useMemo } from "react";
import type { Artifact } from "../../schema/artifacts.ts";
import { DataTable } from "../kit/table/data-table.tsx";
import { SortableTable } from "../kit/table/sortable-table.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { Picture } from "../markdown/picture.tsx";
import { JsonView } from "../parts/json-view.tsx";
import { numberIn } from "../schema-form/shapes.ts";
import { tableOf } from "./table-data.ts";

interface Props {
  artifact: Pick<Artifact, "type" | "data" | "key">;
}

/** What an artifact holds, by its type; of an unknown type as text or as JSON. */
export function ArtifactContent({ artifact: { type, data, key } }: Props) {
  const percent = numberIn(data);
  const table = useMemo(() => (type === "table" ? tableOf(data) : undefined), [type, data]);
  if (type === "progress" && percent !== undefined) return <Progress percent={percent} />;
  if (table) return <SortableTable {...table} />;
  if (type === "image" && typeof data === "string")
    return (
      <div>
        <Picture from={data} alt={key ?? "image"} />
      </div>
    );
  if (typeof data === "string")
    return type === "result" ? <p className="break-words">{data}</p> : <Markdown text={data} />;
  return <JsonView value={data} />;
}

const previewedText = 600;
const previewedRows = 5;
const previewedColumns = 4;

/** The beginning of what an artifact holds, for a card. */
export function ArtifactPreview({ artifact }: Props) {
  const { type, data } = artifact;
  const table = useMemo(() => (type === "table" ? tableOf(data) : undefined), [type, data]);
  if (table)
    return (
      <DataTable
        head={table.head.slice(0, previewedColumns)}
        rows={table.rows.slice(0, previewedRows).map((row) => row.slice(0, previewedColumns))}
      />
    );
  if (typeof data === "string" && type !== "image")
    return <ArtifactContent artifact={{ ...artifact, data: data.slice(0, previewedText) }} />;
  return <ArtifactContent artifact={artifact} />;
}

function Progress({ percent }: { percent: number }) {
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label="Progress"
        aria-valuenow={percent}
        className="h-2 flex-1 overflow-hidden rounded-sm bg-active"
      >
        <div className="h-full bg-accent" style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
      </div>
      <span className="tabular-nums">{Math.round(percent * 10) / 10} %</span>
    </div>
  );
}
