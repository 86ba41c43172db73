import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { flowRuns } from "../../../schema/flow-runs.ts";
import { query } from "../../api.ts";
import { Empty, Panel } from "../../kit/panel.tsx";
import { Link } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { runsPath } from "../runs-path.ts";
import { duration } from "../time/durations.ts";
import { Time } from "../time/time.tsx";
import { RunLink } from "./run-link.tsx";
import { StateIcon } from "./state-badge.tsx";
import { type VersionGroup, versionGroups } from "./version-groups.ts";

interface Props {
  of: { deployment: string } | { flow: string };
  /** The same in the language of the Runs page. */
  q: string;
  /** The version that new runs get, where that is known. */
  current?: string | null;
}

/** Runs that are looked at. */
const most = 200;

/** The versions of the latest runs: how often each ran, and how it did. */
export function Versions({ of, q, current }: Props) {
  const by = "flow" in of ? "flow" : "deployment";
  const source = useQuery(
    query(flowRuns.filter, {
      flow_runs: {
        ...("deployment" in of ? { deployment_id: { any_: [of.deployment] } } : {}),
        state: { type: { not_any_: ["SCHEDULED"] } },
      },
      ...("flow" in of ? { flows: { id: { any_: [of.flow] } } } : {}),
      ...{ sort: "START_TIME_DESC", limit: most },
    }),
  );
  return (
    <Panel
      what="Versions"
      className="min-h-0 flex-1 overflow-y-auto bg-surface"
      source={source}
      skeleton={<SkeletonRows rows={4} label="Loading the versions" />}
      isEmpty={(runs) => runs.length === 0}
      empty={<NoVersions current={current} />}
    >
      {(runs) => (
        <>
          <Table groups={versionGroups(runs, by)} current={current} pathOf={pathOf(by, q)} />
          <p className="px-3 py-2 text-xs text-muted">
            {runs.length === most ? `Of the latest ${most} runs` : `Of all ${runs.length} runs`}
          </p>
        </>
      )}
    </Panel>
  );
}

/** The Runs page filters by the version of the flow. */
const pathOf = (by: "flow" | "deployment", q: string) => (version: string | null) =>
  by === "flow" && version ? runsPath(`${q} version:"${version}"`) : undefined;

function NoVersions({ current }: Pick<Props, "current">) {
  return (
    <Empty title="No versions yet" code={'flow({ name: "report", version: "1.4.2" }, …)'}>
      {current ? (
        <>
          New runs get version <code>{current}</code>.
        </>
      ) : (
        "Versions of a flow appear here once it has run."
      )}
    </Empty>
  );
}

interface TableProps extends Pick<Props, "current"> {
  groups: readonly VersionGroup[];
  pathOf: (version: string | null) => string | undefined;
}

function Table({ groups, current, pathOf }: TableProps) {
  return (
    <table className="w-full text-left">
      <caption className="sr-only">Versions, the last one used first</caption>
      <thead className="text-xs text-muted">
        <tr className="h-8 border-b *:px-2 *:font-normal">
          <th scope="col" className="!pl-3">
            Version
          </th>
          <th scope="col">Runs</th>
          <th scope="col">Completed</th>
          <th scope="col">Usually</th>
          <th scope="col" className="max-md:hidden">
            First run
          </th>
          <th scope="col">Last run</th>
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <Row
            key={group.version ?? ""}
            group={group}
            isCurrent={group.version === current}
            path={pathOf(group.version)}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  group: VersionGroup;
  isCurrent: boolean;
  path: string | undefined;
}

function Row({ group, isCurrent, path }: RowProps) {
  const { version, runs, ended, completed, usual, first, last, newest } = group;
  return (
    <tr className="h-9 border-b *:px-2">
      <th scope="row" className="!pl-3 font-normal">
        {version ? (
          <code className="break-all">{version}</code>
        ) : (
          <span className="text-muted">No version</span>
        )}
        {isCurrent && version && <span className="ml-2 text-xs text-completed">current</span>}
      </th>
      <td>
        <Linked path={path}>{runs}</Linked>
      </td>
      <td className="text-muted">{ended === 0 ? "–" : `${Math.round((completed / ended) * 100)}%`}</td>
      <td className="text-muted">{usual === undefined ? "–" : duration(usual)}</td>
      <td className="text-muted max-md:hidden">
        <Time time={first} />
      </td>
      <td>
        <RunLink kind="flow-run" id={newest.id} className="inline-flex items-center gap-1.5">
          <StateIcon type={newest.state_type} name={newest.state_name} title />
          <Time time={last} />
        </RunLink>
      </td>
    </tr>
  );
}

const Linked = ({ path, children }: { path: string | undefined; children: ReactNode }) =>
  path ? (
    <Link to={path} className="underline underline-offset-2">
      {children}
    </Link>
  ) : (
    children
  );
