import { Button } from "../kit/controls/button.tsx";
import { Empty } from "../kit/panel.tsx";
import { type Language, read, without } from "./query-text.ts";

interface Props {
  q: string;
  language: Language;
  /** What one row is: `run`. */
  what: string;
  /** How many there are without the query. */
  total: number | undefined;
  onQuery: (q: string) => void;
}

/** Nothing matches: says how much is hidden, and offers to drop one condition or all. */
export function NoMatch({ q, language, what, total, onQuery }: Props) {
  const { terms } = read(q, language);
  return (
    <Empty
      title={`No ${what} matches`}
      action={
        <div className="flex flex-wrap gap-2">
          {terms.length > 1 &&
            terms.map((term) => (
              <Button key={term.from} onClick={() => onQuery(without(q, [term]))}>
                Without {q.slice(term.from, term.to)}
              </Button>
            ))}
          <Button variant="primary" onClick={() => onQuery("")}>
            Show all {what}s
          </Button>
        </div>
      }
    >
      {!total
        ? `The filter hides every ${what}.`
        : `The filter hides all ${total.toLocaleString("en")} ${what}s.`}
    </Empty>
  );
}
