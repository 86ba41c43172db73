import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type BlockUses, blockUses, mostUses } from "../../schema/block-uses.ts";
import { query, useIsPraetor } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { Section } from "../kit/section.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { automationPath, blockPath, deploymentPath, poolPath } from "../parts/paths.ts";

/** What refers to a block. */
export function Uses({ id }: { id: string }) {
  const isPraetor = useIsPraetor();
  return (
    <Section title="Where used">
      {isPraetor ? (
        <UseList id={id} />
      ) : (
        <p className="text-muted">
          Needs a Praetor server: Prefect's API does not tell where a block is used.
        </p>
      )}
    </Section>
  );
}

export function UseList({ id }: { id: string }) {
  const { data, error, refetch } = useQuery(query(blockUses.uses, { id }));
  if (data) return <List uses={data} />;
  if (error) return <Failed what="The uses of the block" error={error} onRetry={() => void refetch()} />;
  return <Skeleton className="h-5 w-48" />;
}

function List({ uses }: { uses: BlockUses }) {
  const rows = rowsOf(uses);
  if (rows.length === 0 && !uses.is_result_storage)
    return (
      <p className="text-muted">
        No block, deployment, automation or work pool refers to this block. Code may load it by name.
      </p>
    );
  return (
    <ul className="flex flex-col">
      {uses.is_result_storage && <Use kind="Results">Default storage of results</Use>}
      {rows.map(({ kind, key, to, text }) => (
        <Use key={`${kind} ${key}`} kind={kind}>
          <Link to={to} className="truncate hover:underline">
            {text}
          </Link>
        </Use>
      ))}
      {!uses.is_whole && (
        <li className="py-1 text-muted">Only the first {mostUses} of each kind are listed.</li>
      )}
    </ul>
  );
}

const Use = ({ kind, children }: { kind: string; children: ReactNode }) => (
  <li className="flex min-h-7 min-w-0 items-center gap-3">
    <span className="w-24 shrink-0 text-muted">{kind}</span>
    {children}
  </li>
);

function rowsOf({ blocks, deployments, automations, work_pools }: BlockUses) {
  return [
    ...blocks.map(({ id, name, block_type_slug, field }) => ({
      ...{ kind: "Block", key: `${id} ${field}`, to: blockPath(id) },
      text: `${block_type_slug}/${name}, ${field}`,
    })),
    ...deployments.map(({ id, name, flow }) => ({
      ...{ kind: "Deployment", key: id, to: deploymentPath(id), text: `${flow}/${name}` },
    })),
    ...automations.map(({ id, name }) => ({
      ...{ kind: "Automation", key: id, to: automationPath(id), text: name },
    })),
    ...work_pools.map(({ id, name }) => ({ kind: "Work pool", key: id, to: poolPath(name), text: name })),
  ];
}
