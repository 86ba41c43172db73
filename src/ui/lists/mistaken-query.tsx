import { Button } from "../kit/controls/button.tsx";
import { Empty } from "../kit/panel.tsx";
import { corrected, type Misunderstanding, without } from "./query-text.ts";

interface Props {
  q: string;
  misunderstood: readonly Misunderstanding[];
  onQuery: (q: string) => void;
}

/** In place of a list whose query has a mistake: rows of another query could be chosen by error. */
export function MistakenQuery({ q, misunderstood, onQuery }: Props) {
  return (
    <Empty
      title="Filter not understood"
      action={
        <div className="flex flex-wrap gap-2">
          {misunderstood.some((one) => one.instead !== undefined) && (
            <Button variant="primary" onClick={() => onQuery(corrected(q, misunderstood))}>
              Use {misunderstood.flatMap((one) => one.instead ?? []).join(" ")}
            </Button>
          )}
          <Button onClick={() => onQuery(without(q, misunderstood))}>
            Without {misunderstood.map((one) => one.text).join(" ")}
          </Button>
        </div>
      }
    >
      {misunderstood.map(({ from, text, reason }) => (
        <span key={from} className="block">
          <code>{text}</code>: {reason}
        </span>
      ))}
    </Empty>
  );
}
