import type { ReactNode } from "react";
import { Segmented } from "../kit/controls/segmented.tsx";
import { useSearchParams } from "../kit/router.tsx";

type Arrangement = "layers" | "time";

const arrangements = [
  { value: "layers", label: "Layers" },
  { value: "time", label: "Time" },
] as const satisfies readonly { value: Arrangement; label: string }[];
const parameter = "arrange";
const stored = "praetor-graph-arrangement";

/**
 * How the graph is arranged: by what waits for what, or along the axis of time; with the control that changes it. The address
 * has it; an address without it shows what was chosen last in this browser.
 */
export function useArrangement(): { arrangement: Arrangement; choice: ReactNode } {
  const [search, setSearch] = useSearchParams();
  const named = search.get(parameter) ?? localStorage.getItem(stored);
  const arrangement = named === "time" ? "time" : "layers";
  const choose = (next: Arrangement) => {
    localStorage.setItem(stored, next);
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        after.set(parameter, next);
        return after;
      },
      { replace: true },
    );
  };
  const choice = (
    <Segmented label="Arrangement" value={arrangement} onChange={choose} options={arrangements} />
  );
  return { arrangement, choice };
}
