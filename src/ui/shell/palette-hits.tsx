import { useQuery } from "@tanstack/react-query";
import {
  Box,
  Boxes,
  Braces,
  CalendarClock,
  FileBox,
  Gauge,
  OctagonAlert,
  Play,
  Rows3,
  Tag as TagIcon,
  Workflow,
  Zap,
} from "lucide-react";
import type { ReactNode } from "react";
import { artifacts } from "../../schema/artifacts.ts";
import { automations } from "../../schema/automations.ts";
import { blockDocuments } from "../../schema/block-documents.ts";
import { concurrencyLimits } from "../../schema/concurrency-limits.ts";
import { deployments } from "../../schema/deployments.ts";
import { failures } from "../../schema/failures.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { maxPage } from "../../schema/scalars.ts";
import { taskRuns } from "../../schema/task-runs.ts";
import { variables } from "../../schema/variables.ts";
import { defaultPoolName, workPools } from "../../schema/work-pools.ts";
import { workQueues } from "../../schema/work-queues.ts";
import { query, useIsPraetor } from "../api.ts";
import { limitPath } from "../parts/capacity-path.ts";
import { StatusIcon, statusOf, statusWords } from "../parts/deployment-status.tsx";
import { useFlowNames } from "../parts/flow-names.ts";
import {
  artifactPath,
  askToRun,
  automationPath,
  blockPath,
  deploymentPath,
  errorPath,
  flowPath,
  poolPath,
  queuePath,
  schedulesPath,
  variablePath,
} from "../parts/paths.ts";
import { runPath } from "../parts/runs/run-link.tsx";
import { StateIcon } from "../parts/runs/state-badge.tsx";
import { runsPath } from "../parts/runs-path.ts";
import { inOneLine } from "../parts/tag.tsx";
import { Time } from "../parts/time/time.tsx";

/** Something that can be chosen: where it leads, or what it does. */
export interface Hit {
  key: string;
  group: string;
  name: string;
  icon: ReactNode;
  /** At the right end of the line. */
  aside?: ReactNode;
  keys?: string;
  /** Found by something else than its name, such as an id. */
  isTarget?: boolean;
  to: string | (() => void);
}

const idPattern = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;
const fewest = 2;
const mostRunHits = 3;

/**
 * What the server knows under this text: runs, deployments and flows by a part of their name or by id, limits, pools, queues and
 * recent tags by a part of their name, any tag by its whole name. `isSettled`: all of it has been answered.
 */
export function useFound(text: string): { hits: readonly Hit[]; isSettled: boolean } {
  // Any text that holds an id will do: a log line, an address.
  const id = idPattern.exec(text)?.[0];
  const enabled = text.length >= fewest;
  const all = [
    useFoundRuns(text, id, enabled),
    useFoundTaskRuns(text, id, enabled),
    useFoundDeployments(text, id, enabled),
    useFoundFlows(text, id, enabled),
    useFoundCapacity(text, enabled),
    useFoundAutomations(text, enabled),
    useFoundArtifacts(text, enabled),
    useFoundTags(text, enabled),
    useFoundVariables(text, enabled),
    useFoundBlocks(text, enabled),
    useFoundErrors(text, enabled),
  ];
  return {
    hits: enabled ? all.flatMap(({ hits }) => hits) : [],
    isSettled: !enabled || all.every(({ isPending }) => !isPending),
  };
}

interface FoundPart {
  hits: Hit[];
  isPending: boolean;
}

const meta = { live: "patch" } as const;
const named = (text: string, id: string | undefined) =>
  id ? { id: { any_: [id] } } : { name: { like_: text } };

function useFoundRuns(text: string, id: string | undefined, enabled: boolean): FoundPart {
  const input = { flow_runs: named(text, id), sort: "START_TIME_DESC", limit: 8 } as const;
  const { data = [], isLoading } = useQuery({ ...query(flowRuns.filter, input), enabled, meta });
  const hits = data.map((run) => ({
    ...{ key: run.id, group: "Runs", name: run.name, isTarget: id !== undefined },
    icon: <StateIcon type={run.state_type} name={run.state_name} title />,
    aside: <Time time={run.start_time ?? run.expected_start_time} />,
    to: runPath({ kind: "flow-run", id: run.id }),
  }));
  return { hits, isPending: isLoading };
}

function useFoundTaskRuns(text: string, id: string | undefined, enabled: boolean): FoundPart {
  const input = { task_runs: named(text, id), sort: "EXPECTED_START_TIME_DESC", limit: 5 } as const;
  const { data = [], isLoading } = useQuery({ ...query(taskRuns.filter, input), enabled, meta });
  const hits = data.map((run) => ({
    ...{ key: run.id, group: "Task runs", name: run.name, isTarget: id !== undefined },
    icon: <StateIcon type={run.state_type} name={run.state_name} title />,
    aside: <Time time={run.start_time ?? run.expected_start_time} />,
    to: runPath({ kind: "task-run", id: run.id, flowRunId: run.flow_run_id }),
  }));
  return { hits, isPending: isLoading };
}

function useFoundDeployments(text: string, id: string | undefined, enabled: boolean): FoundPart {
  const filter = id ? { id: { any_: [id] } } : { flow_or_deployment_name: { like_: text } };
  const input = { deployments: filter, limit: 8 };
  const { data = [], isLoading } = useQuery({ ...query(deployments.filter, input), enabled, meta });
  const { nameOf } = useFlowNames(data.map((deployment) => deployment.flow_id));
  const hits = data.map((deployment) => ({
    ...{ key: deployment.id, group: "Deployments", name: deployment.name, isTarget: true },
    icon: <StatusIcon status={statusOf(deployment)} />,
    aside: [nameOf(deployment.flow_id), statusWords(deployment)].filter(Boolean).join(" · "),
    to: deploymentPath(deployment.id),
  }));
  const runs = data.slice(0, mostRunHits).map(({ id: key, name, flow_id }) => ({
    ...{ key: `run ${key}`, group: "Run a deployment", name: `Run ${name}…`, aside: nameOf(flow_id) },
    ...{ icon: <Play size={15} />, to: `${deploymentPath(key)}?${askToRun}`, isTarget: true },
  }));
  const scheduled = data.filter(({ schedules }) => schedules.length > 0).slice(0, mostRunHits);
  const schedules = scheduled.map(({ id: key, name, flow_id }) => ({
    ...{ key: `schedules ${key}`, group: "Schedules", name: `Schedules of ${name}`, aside: nameOf(flow_id) },
    ...{ icon: <CalendarClock size={15} />, to: `${schedulesPath}?${inQuery(`deployment:"${name}"`)}` },
  }));
  return { hits: [...hits, ...schedules, ...runs], isPending: isLoading };
}

const inQuery = (q: string) => new URLSearchParams({ q });

function useFoundFlows(text: string, id: string | undefined, enabled: boolean): FoundPart {
  const input = { flows: named(text, id), limit: 5 };
  const { data = [], isLoading } = useQuery({ ...query(flows.filter, input), enabled, meta });
  const hits = data.map((flow) => ({
    ...{ key: flow.id, group: "Flows", name: flow.name, isTarget: id !== undefined },
    icon: <Workflow size={15} />,
    to: flowPath(flow.id),
  }));
  return { hits, isPending: isLoading };
}

function useFoundVariables(text: string, enabled: boolean): FoundPart {
  const input = { variables: { name: { like_: text } }, limit: 5 };
  const { data = [], isLoading } = useQuery({ ...query(variables.filter, input), enabled, meta });
  const hits = data.map(({ id, name, value }) => ({
    ...{ key: id, group: "Variables", name, aside: inOneLine(value), to: variablePath(name) },
    icon: <Braces size={15} />,
  }));
  return { hits, isPending: isLoading };
}

function useFoundBlocks(text: string, enabled: boolean): FoundPart {
  const input = { block_documents: { name: { like_: text } }, limit: 5 };
  const { data = [], isLoading } = useQuery({ ...query(blockDocuments.filter, input), enabled, meta });
  const hits = data.map(({ id, name, block_type_name }) => ({
    ...{ key: id, group: "Blocks", name: name ?? id, aside: block_type_name, to: blockPath(id) },
    icon: <Box size={15} />,
  }));
  return { hits, isPending: isLoading };
}

/** Limits and pools are few, and the server has no filter of theirs by a part of the name. */
/** Limits, pools and queues are few, and the server has no filter of theirs by a part of the name. */
function useFoundCapacity(text: string, enabled: boolean): FoundPart {
  const limits = useQuery({ ...query(concurrencyLimits.filter, {}), enabled });
  const pools = useQuery({ ...query(workPools.filter, {}), enabled });
  const queues = useQuery({ ...query(workQueues.filter, {}), enabled, meta });
  const isNamed = ({ name }: { name: string }) => name.toLowerCase().includes(text.toLowerCase());
  const foundLimits = (limits.data ?? []).filter(isNamed).slice(0, 5);
  const foundPools = (pools.data ?? []).filter(isNamed).slice(0, 5);
  const foundQueues = (queues.data ?? []).filter(isNamed).slice(0, 5);
  const hits = [
    ...foundLimits.map(({ id, name }) => ({
      ...{ key: id, group: "Limits", name, to: limitPath(name) },
      icon: <Gauge size={15} />,
    })),
    ...foundPools.map(({ id, name, type }) => ({
      ...{ key: id, group: "Work pools", name, aside: type, to: poolPath(name) },
      icon: <Boxes size={15} />,
    })),
    ...foundQueues.map(({ id, name, work_pool_name: pool }) => ({
      ...{ key: id, group: "Work queues", name, aside: pool, to: queuePath(pool ?? defaultPoolName, name) },
      icon: <Rows3 size={15} />,
    })),
  ];
  return { hits, isPending: [limits, pools, queues].some(({ isLoading }) => isLoading) };
}

/** Of open, resolved and ignored ones; a Prefect server groups no failures. */
function useFoundErrors(text: string, enabled: boolean): FoundPart {
  const isPraetor = useIsPraetor();
  const input = { text: `"${text.replaceAll('"', " ").slice(0, 190)}"`, limit: 5 };
  const { data = [], isLoading } = useQuery({
    ...query(failures.filter, input),
    enabled: enabled && isPraetor,
  });
  const hits = data.map(({ id, error_type, message, last_seen }) => ({
    ...{ key: id, group: "Errors", name: [error_type, message].filter(Boolean).join(": ") },
    ...{ icon: <OctagonAlert size={15} />, to: errorPath(id) },
    aside: <Time time={last_seen} />,
  }));
  return { hits, isPending: isLoading };
}

/** The server finds automations by their whole name only. */
function useFoundAutomations(text: string, enabled: boolean): FoundPart {
  const { data = [], isLoading } = useQuery({
    ...query(automations.filter, { limit: maxPage }),
    ...{ enabled, meta },
  });
  const named = data.filter(({ name }) => name.toLowerCase().includes(text.toLowerCase()));
  const hits = named.slice(0, 5).map(({ id, name, enabled: isOn }) => ({
    ...{ key: id, group: "Automations", name, to: automationPath(id), isTarget: true },
    ...{ icon: <Zap size={15} />, aside: isOn ? "Enabled" : "Paused" },
  }));
  return { hits, isPending: isLoading };
}

function useFoundArtifacts(text: string, enabled: boolean): FoundPart {
  const input = { artifacts: { key: { like_: text } }, sort: "UPDATED_DESC", limit: 5 } as const;
  const { data = [], isLoading } = useQuery({ ...query(artifacts.filterLatest, input), enabled, meta });
  const hits = data.map((artifact) => ({
    ...{ key: artifact.id, group: "Artifacts", name: artifact.key, to: artifactPath(artifact) },
    ...{ icon: <FileBox size={15} />, aside: artifact.type ?? undefined },
  }));
  return { hits, isPending: isLoading };
}

/** The server finds tags by their whole name only: by a part of it, those of recent runs and of deployments are found. */
function useFoundTags(text: string, enabled: boolean): FoundPart {
  const input = { flow_runs: { tags: { all_: [text] } }, limit: 1 };
  const whole = useQuery({ ...query(flowRuns.filter, input), enabled, meta });
  const recent = useQuery({ ...query(flowRuns.filter, recentRuns), enabled });
  const deployed = useQuery({ ...query(deployments.filter, { limit: maxPage }), enabled });
  const tags = [...(recent.data ?? []), ...(deployed.data ?? [])].flatMap((row) => row.tags);
  const named = tags.filter((tag) => tag.toLowerCase().includes(text.toLowerCase()));
  const names = new Set([...(whole.data?.length ? [text] : []), ...named]);
  const hits = [...names].slice(0, 5).map((name) => ({
    ...{ key: `tag ${name}`, group: "Tags", name, aside: "Runs with this tag", icon: <TagIcon size={15} /> },
    to: runsPath(/\s/.test(name) ? `tag:"${name}"` : `tag:${name}`),
  }));
  return { hits, isPending: [whole, recent, deployed].some(({ isLoading }) => isLoading) };
}

const recentRuns = { sort: "START_TIME_DESC", limit: 100 } as const;
