import { Button } from "../kit/button.tsx";
import { Empty } from "../kit/panel.tsx";
import { parse, without } from "./query-language.ts";
import type { Tab } from "./view.ts";

const firstFlow = `import { flow, task } from "praetor";

const double = task({ name: "double" }, async (n: number) => n * 2);
const hello = flow({ name: "hello" }, async () => double(21));

await hello();`;

export function NoRuns({ tab }: { tab: Tab }) {
  return (
    <Empty title={tab === "flow-runs" ? "No flow has run yet" : "No task has run yet"} code={firstFlow}>
      Save this as <code>hello.ts</code> and start it with <code>node hello.ts</code>. Its run appears here by
      itself.
    </Empty>
  );
}

interface Props {
  q: string;
  total: number | undefined;
  onQuery: (q: string) => void;
}

/** Nothing matches: says how much is hidden, and offers to drop one condition or all. */
export function NoMatch({ q, total, onQuery }: Props) {
  const { terms } = parse(q);
  return (
    <Empty
      title="No run matches"
      action={
        <div className="flex flex-wrap gap-2">
          {terms.length > 1 &&
            terms.map((term) => (
              <Button key={term.from} onClick={() => onQuery(without(q, [term]))}>
                Without {q.slice(term.from, term.to)}
              </Button>
            ))}
          <Button look="primary" onClick={() => onQuery("")}>
            Show all runs
          </Button>
        </div>
      }
    >
      {total === undefined
        ? "The filter hides every run."
        : `The filter hides all ${total.toLocaleString("en")} runs.`}
    </Empty>
  );
}
