import { Button } from "../kit/button.tsx";
import { Empty } from "../kit/panel.tsx";
import { without } from "../parts/query-text.ts";
import { parse } from "./query-language.ts";

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
