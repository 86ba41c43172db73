import { useQuery } from "@tanstack/react-query";
import { type Artifact, artifacts } from "../../../schema/artifacts.ts";
import { parseExact } from "../../../schema/exact-json.ts";
import { query } from "../../api.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { DataTable } from "../../kit/table/data-table.tsx";
import { Markdown } from "../../markdown/markdown.tsx";
import { Picture } from "../../markdown/picture.tsx";
import { JsonView } from "../../parts/json-view.tsx";
import { Time } from "../../parts/time/time.tsx";
import { numberIn } from "../../schema-form/shapes.ts";
import type { Selection } from "../selection.ts";

const most = 50;
/** No channel tells of them, and one that shows progress changes all the time. */
const readEvery = 3_000;

/** What the run, or the selected task, has written for people to read. */
export function Artifacts({ selection, mayGrow }: { selection: Selection; mayGrow: boolean }) {
  const { flowRunId, taskRunId } = selection;
  const source = useQuery({
    ...query(artifacts.filter, {
      artifacts: taskRunId ? { task_run_id: { any_: [taskRunId] } } : { flow_run_id: { any_: [flowRunId] } },
      sort: "CREATED_DESC",
      limit: most,
    }),
    refetchInterval: mayGrow ? readEvery : false,
  });
  return (
    <Panel
      what="The artifacts"
      className="min-h-0 flex-1 overflow-y-auto"
      source={source}
      skeleton={<SkeletonRows rows={4} label="Loading the artifacts" />}
    >
      {(found) =>
        found.length === 0 ? (
          <Empty title="No artifacts" code={'create_markdown_artifact("# Rain of May", key="rain")'}>
            Tables, reports, links and progress created by Python flows and tasks appear here.
          </Empty>
        ) : (
          <>
            {found.map((artifact) => (
              <One key={artifact.id} artifact={artifact} />
            ))}
            {found.length === most && (
              <p className="shrink-0 px-3 py-2.5 text-muted">These are the latest {most}.</p>
            )}
          </>
        )
      }
    </Panel>
  );
}

function One({ artifact }: { artifact: Artifact }) {
  const { key, type, description, updated } = artifact;
  const name = key ?? type ?? "artifact";
  return (
    <section className="flex shrink-0 flex-col gap-2 border-b px-3 py-2.5" aria-label={`Artifact ${name}`}>
      <h3 className="flex items-baseline gap-2">
        <span className="min-w-0 truncate font-strong">{name}</span>
        {key && <span className="text-xs text-muted">{type}</span>}
        <span className="ml-auto text-xs text-muted">
          <Time time={updated} />
        </span>
      </h3>
      {description && (
        <div className="text-muted">
          <Markdown text={description} />
        </div>
      )}
      <Content artifact={artifact} name={name} />
    </section>
  );
}

function Content({ artifact: { type, data }, name }: { artifact: Artifact; name: string }) {
  const percent = numberIn(data);
  if (type === "progress" && percent !== undefined) return <Progress percent={percent} />;
  const table = type === "table" ? tableOf(data) : undefined;
  if (table) return <DataTable {...table} />;
  if (type === "image" && typeof data === "string")
    return (
      <div>
        <Picture from={data} alt={name} />
      </div>
    );
  if (typeof data === "string") return type === "result" ? <p>{data}</p> : <Markdown text={data} />;
  return <JsonView value={data} />;
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
        <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
      </div>
      <span>{Math.round(percent * 10) / 10} %</span>
    </div>
  );
}

/** Rows as records, rows as lists, or columns by name, as JSON or as text of it. */
function tableOf(data: unknown): { head: string[]; rows: string[][] } | undefined {
  const read = typeof data === "string" ? parsed(data) : data;
  if (Array.isArray(read)) {
    const names = [...new Set(read.flatMap((row) => (isRecord(row) ? Object.keys(row) : [])))];
    if (names.length > 0)
      return {
        head: names,
        rows: read.map((row) => names.map((name) => shown(isRecord(row) ? row[name] : row))),
      };
    const rows = read.filter((row) => Array.isArray(row));
    return { head: rows[0]?.map(() => "") ?? [], rows: rows.map((row) => row.map(shown)) };
  }
  if (!isRecord(read)) return undefined;
  const columns = Object.values(read).map((column) => (Array.isArray(column) ? column : [column]));
  const length = Math.max(0, ...columns.map((column) => column.length));
  const rows = Array.from({ length }, (_, place) => columns.map((column) => shown(column[place])));
  return { head: Object.keys(read), rows };
}

/** Python writes numbers that JSON has no words for, and texts in which they stand. */
const noNumber = /"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/g;

function parsed(text: string): unknown {
  try {
    return parseExact(text.replace(noNumber, (found) => (found.startsWith('"') ? found : `"${found}"`)));
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const shown = (value: unknown): string =>
  value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value);
