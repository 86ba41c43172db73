import { useQuery } from "@tanstack/react-query";
import { type Artifact, artifacts } from "../../../schema/artifacts.ts";
import { query, useIsPraetor } from "../../api.ts";
import { ArtifactContent } from "../../artifact-view/artifact-content.tsx";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { useScopes } from "../../live.ts";
import { Markdown } from "../../markdown/markdown.tsx";
import { artifactPath } from "../../parts/paths.ts";
import { Time } from "../../parts/time/time.tsx";
import type { Selection } from "../selection.ts";

const most = 50;
/** No stream of a Prefect server tells of them, and one that shows progress changes all the time. */
const readEvery = 3_000;

/** What the run, or the selected task, has written for people to read. */
export function Artifacts({ selection, mayGrow }: { selection: Selection; mayGrow: boolean }) {
  const { flowRunId, taskRunId } = selection;
  const isPraetor = useIsPraetor();
  useScopes(mayGrow ? [{ noun: "artifacts", flow_run_id: flowRunId }] : []);
  const source = useQuery({
    ...query(artifacts.filter, {
      artifacts: taskRunId ? { task_run_id: { any_: [taskRunId] } } : { flow_run_id: { any_: [flowRunId] } },
      sort: "CREATED_DESC",
      limit: most,
    }),
    refetchInterval: mayGrow && !isPraetor ? readEvery : false,
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
        <Link to={artifactPath(artifact)} className="min-w-0 truncate font-strong hover:underline">
          {name}
        </Link>
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
      <ArtifactContent artifact={artifact} />
    </section>
  );
}
