import { useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { Workflow } from "lucide-react";
import { useDeferredValue } from "react";
import { deployments } from "../../schema/deployments.ts";
import { flowRuns } from "../../schema/flow-runs.ts";
import { flows } from "../../schema/flows.ts";
import { query } from "../api.ts";
import { StatusIcon, statusOf, statusWords } from "../parts/deployment-status.tsx";
import { deploymentPath, flowPath } from "../parts/paths.ts";
import { runPath } from "../parts/run-link.tsx";
import { StateIcon } from "../parts/state-badge.tsx";
import { Time } from "../parts/time.tsx";
import { groupLook, Item } from "./palette-item.tsx";

const idPattern = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/i;

interface Props {
  text: string;
  /** Gets the address of what was chosen. */
  onChoose: (path: string) => void;
}

/** Runs, deployments and flows of that name, or with that id. */
export function Found({ text, onChoose }: Props) {
  const wanted = useDeferredValue(text.trim());
  return (
    <>
      <FoundRuns text={wanted} onChoose={onChoose} />
      <FoundDeployments text={wanted} onChoose={onChoose} />
      <FoundFlows text={wanted} onChoose={onChoose} />
    </>
  );
}

const fewest = 2;

function FoundRuns({ text: wanted, onChoose }: Props) {
  // Any text that holds an id will do: a log line, an address.
  const id = idPattern.exec(wanted)?.[0];
  const filter = id ? { id: { any_: [id] } } : { name: { like_: wanted } };
  const { data = [] } = useQuery({
    ...query(flowRuns.filter, { flow_runs: filter, sort: "START_TIME_DESC", limit: 8 }),
    enabled: wanted.length >= fewest,
    placeholderData: (previous) => previous,
    meta: { live: "patch" },
  });
  if (wanted.length < fewest || data.length === 0) return null;
  return (
    <Command.Group heading="Runs" className={groupLook}>
      {data.map((run) => (
        <Item
          key={run.id}
          value={`${run.name} ${run.id} ${wanted}`}
          icon={<StateIcon type={run.state_type} name={run.state_name} title />}
          onSelect={() => onChoose(runPath({ kind: "flow-run", id: run.id }))}
        >
          {run.name}
          <span className="ml-auto text-xs text-muted">
            <Time time={run.start_time ?? run.expected_start_time} />
          </span>
        </Item>
      ))}
    </Command.Group>
  );
}

function FoundDeployments({ text: wanted, onChoose }: Props) {
  const id = idPattern.exec(wanted)?.[0];
  const filter = id ? { id: { any_: [id] } } : { flow_or_deployment_name: { like_: wanted } };
  const { data = [] } = useQuery({
    ...query(deployments.filter, { deployments: filter, limit: 5 }),
    enabled: wanted.length >= fewest,
    placeholderData: (previous) => previous,
    meta: { live: "patch" },
  });
  if (wanted.length < fewest || data.length === 0) return null;
  return (
    <Command.Group heading="Deployments" className={groupLook}>
      {data.map((deployment) => (
        <Item
          key={deployment.id}
          value={`${deployment.name} ${deployment.id} ${wanted}`}
          icon={<StatusIcon status={statusOf(deployment)} />}
          onSelect={() => onChoose(deploymentPath(deployment.id))}
        >
          {deployment.name}
          <span className="ml-auto text-xs text-muted">{statusWords(deployment)}</span>
        </Item>
      ))}
    </Command.Group>
  );
}

function FoundFlows({ text: wanted, onChoose }: Props) {
  const id = idPattern.exec(wanted)?.[0];
  const filter = id ? { id: { any_: [id] } } : { name: { like_: wanted } };
  const { data = [] } = useQuery({
    ...query(flows.filter, { flows: filter, limit: 5 }),
    enabled: wanted.length >= fewest,
    placeholderData: (previous) => previous,
    meta: { live: "patch" },
  });
  if (wanted.length < fewest || data.length === 0) return null;
  return (
    <Command.Group heading="Flows" className={groupLook}>
      {data.map((flow) => (
        <Item
          key={flow.id}
          value={`${flow.name} ${flow.id} ${wanted}`}
          icon={<Workflow size={15} />}
          onSelect={() => onChoose(flowPath(flow.id))}
        >
          {flow.name}
        </Item>
      ))}
    </Command.Group>
  );
}
