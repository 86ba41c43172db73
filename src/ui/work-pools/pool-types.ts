import { useQuery } from "@tanstack/react-query";
import { z } from "zod";
import { collections } from "../../schema/collections.ts";
import { processTemplate, processType } from "../../schema/process-pools.ts";
import type { Json } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import type { PanelSource } from "../kit/panel.tsx";

/** A type of work pools: what starts its runs, and the template that a pool begins with. */
export interface PoolType {
  /** Of the address of the form; types of different packages may be called the same. */
  key: string;
  type: string;
  name: string;
  description: string;
  /** What the workers come with. */
  worker: string;
  template: Json;
}

const Catalogue = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      type: z.string(),
      display_name: z.string().nullish(),
      description: z.string().nullish(),
      default_base_job_configuration: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
);

const own: PoolType = {
  ...{ key: processType, type: processType, name: "Process" },
  description: "Workers start each flow run as a separate process on their own machine.",
  ...{ worker: "praetor", template: processTemplate },
};

/** A type that no package tells of: its workers are known by name only. */
export const otherType: PoolType = {
  ...{ key: "other", type: "", name: "Other type", worker: "your own" },
  description: "Any type that a worker of yours polls for, with an empty job template.",
  template: { job_configuration: {}, variables: { type: "object", properties: {} } },
};

/** Agents are not workers, and have no template. */
const withoutWorkers: readonly string[] = ["prefect-agent"];

/** The types that pools can have: ours first, then those of Prefect's worker packages. */
export function usePoolTypes(): PanelSource<readonly PoolType[]> {
  const source = useQuery({
    ...query(collections.view, { view: "aggregate-worker-metadata" }),
    staleTime: Number.POSITIVE_INFINITY,
    meta: { live: "none" },
  });
  return { ...source, data: source.data && typesIn(source.data) };
}

/** Whatever a server tells of, in a shape that is known. */
export function typesIn(view: Json): readonly PoolType[] {
  const known = Catalogue.safeParse(view).data ?? {};
  const found = Object.entries(known).flatMap(([worker, types]) =>
    Object.values(types)
      .filter(({ type }) => !withoutWorkers.includes(type))
      .map((entry) => ({
        ...{ key: `${worker}:${entry.type}`, type: entry.type, worker },
        name: entry.display_name ?? entry.type,
        description: entry.description ?? "",
        template: entry.default_base_job_configuration ?? otherType.template,
      })),
  );
  return [own, ...found.toSorted((a, b) => a.name.localeCompare(b.name, "en")), otherType];
}
