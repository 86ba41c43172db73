import type { ReactNode } from "react";
import { useIsPraetor } from "../api.ts";
import { Empty } from "../kit/panel.tsx";
import { snippets } from "./snippets.ts";

/** No variable yet: how flows read one. */
export function FirstVariable({ action }: { action: ReactNode }) {
  const isPraetor = useIsPraetor();
  return (
    <Empty
      title="No variables yet"
      code={snippets("region")[isPraetor ? "typescript" : "python"]}
      action={action}
    >
      A variable is a JSON value under a name that flows read while they run, such as a region or a list of
      customers. Values that must stay secret belong in a secret.
    </Empty>
  );
}
