import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { deployments } from "../../../schema/deployments.ts";
import { flows } from "../../../schema/flows.ts";
import { stateTypes } from "../../../schema/state-types.ts";
import { workPools } from "../../../schema/work-pools.ts";
import { query } from "../../api.ts";
import { useFlowNames } from "../../parts/flow-names.ts";
import { useSeenStates } from "../../parts/runs/seen-states.ts";

/** One value that a menu offers. */
export interface Choice {
  value: string;
  /** How many rows have it, where that is cheap to know. */
  count?: number | undefined;
}
export interface Choices {
  list: readonly Choice[];
  isPending: boolean;
  /** The server has more than these; typing finds them. */
  isCut: boolean;
}
/** What a menu offers; a hook, called while the menu is open. The menu shows what contains the text; a server finds it by the text. */
export type UseChoices = (typed: string) => Choices;

const most = 50;
const known = (values: readonly string[]): Choices => ({
  list: values.map((value) => ({ value })),
  isPending: false,
  isCut: false,
});

/** Types of states, and the names that states of this server have beside them. */
export const useStateChoices: UseChoices = () => {
  const seen = useSeenStates(true) ?? [];
  return useMemo(() => {
    const types = stateTypes.map((type) => type.toLowerCase());
    const names = [...new Set(seen.map((name) => name.toLowerCase()))].filter(
      (name) => !types.includes(name),
    );
    return known([...types, ...names]);
  }, [seen]);
};

export const useFlowChoices: UseChoices = (typed) => {
  const { data, isPending } = useQuery({
    ...query(flows.filter, {
      ...(typed ? { flows: { name: { like_: typed } } } : {}),
      sort: "NAME_ASC",
      limit: most,
    }),
    placeholderData: (previous) => previous,
    meta: { live: "none" },
  });
  return { ...known(data?.map(({ name }) => name) ?? []), isPending, isCut: data?.length === most };
};

/** As `flow/deployment`, since names of deployments are unique within their flow only. */
export const useDeploymentChoices: UseChoices = (typed) => {
  const { data, isPending } = useQuery({
    ...query(deployments.filter, {
      ...(typed ? { deployments: { flow_or_deployment_name: { like_: typed } } } : {}),
      sort: "NAME_ASC",
      limit: most,
    }),
    placeholderData: (previous) => previous,
    meta: { live: "none" },
  });
  const { nameOf } = useFlowNames(data?.map((row) => row.flow_id));
  const names = (data ?? []).flatMap((row) => {
    const flow = nameOf(row.flow_id);
    return flow === undefined ? [] : `${flow}/${row.name}`;
  });
  return { ...known(names.toSorted()), isPending, isCut: data?.length === most };
};

export const usePoolChoices: UseChoices = () => {
  const { data, isPending } = useQuery({
    ...query(workPools.filter, { limit: 200 }),
    meta: { live: "none" },
  });
  return { ...known((data ?? []).map(({ name }) => name).toSorted()), isPending };
};

/** Of names that the page knows already. */
export const knownChoices =
  (names: readonly string[]): UseChoices =>
  () =>
    known(names);
