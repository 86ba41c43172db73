import { type Variable, variables } from "../../schema/variables.ts";
import { useApi } from "../api.ts";
import { type Action, BlastRadius, Samples } from "../parts/actions/blast-radius.tsx";
import { curlOf } from "../parts/actions/curl.ts";

interface Props {
  targets: readonly Variable[];
  onClose: () => void;
  /** Ids for which it was done. */
  onDone: (ids: readonly string[]) => void;
}

/** Asks before variables are deleted. */
export function DeleteVariables({ targets, onClose, onDone }: Props) {
  const { client } = useApi();
  return (
    <BlastRadius
      action={deletion(client.baseUrl)}
      targets={targets}
      breakdown={(taking) =>
        taking.length > 1 && (
          <p className="mb-3">
            <Samples targets={taking} />
          </p>
        )
      }
      onClose={onClose}
      onDone={onDone}
    />
  );
}

const deletion = (baseUrl: string): Action<Variable> => ({
  of: { one: "variable", many: "variables", noun: "variables" },
  verb: "Delete",
  done: "Deleted",
  danger: true,
  consequence: "Code that reads a deleted variable gets its default value, or fails if it has none.",
  objection: () => undefined,
  perform: async (client, { id }) => {
    await client.call(variables.delete, { id });
    return undefined;
  },
  command: (targets) =>
    targets
      .slice(0, 3)
      .map(({ name }) => curlOf(baseUrl, variables.deleteByName, { name }))
      .concat(targets.length > 3 ? "…" : [])
      .join("; "),
});
