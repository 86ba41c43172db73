import { useMemo, useState } from "react";
import type { TableData } from "../../artifact-view/table-data.ts";
import { Checkbox } from "../../kit/controls/checkbox.tsx";
import { cx } from "../../kit/cx.ts";
import { ScrollBox } from "../../kit/scroll-box.tsx";
import { type ComparedRow, type ComparedTable, compareTables } from "./tables.ts";
import { Counts } from "./text-difference.tsx";

const portion = 500;

interface Props {
  before: TableData;
  after: TableData;
}

/** Two tables, row by row, and in rows that have changed cell by cell. */
export function TableDifference({ before, after }: Props) {
  const { head, rows, counts } = useMemo(() => compareTables(before, after), [before, after]);
  const [isWhole, setWhole] = useState(false);
  const [limit, setLimit] = useState(portion);
  const shown = isWhole ? rows : rows.filter(({ kind }) => kind !== "same");
  const isSame = counts.same === rows.length && head.every(({ kind }) => kind === "same");
  return (
    <div className="flex flex-col gap-1 px-4 py-3">
      {isSame ? (
        <p className="text-muted">Both versions hold the same.</p>
      ) : (
        <div className="-mx-4">
          <Counts {...counts} noun="row" />
        </div>
      )}
      {counts.same > 0 && (
        <span className="flex items-center gap-2 pb-1 text-muted">
          <Checkbox label="Show unchanged rows" checked={isWhole} onChange={setWhole} />
          Show {counts.same.toLocaleString("en")} unchanged rows
        </span>
      )}
      {shown.length > 0 && (
        <ScrollBox label="Changed rows">
          <table className="w-full">
            <Head head={head} />
            <tbody>
              {shown.slice(0, limit).map((row, place) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows are told apart by their place
                <Row key={place} row={row} />
              ))}
            </tbody>
          </table>
        </ScrollBox>
      )}
      {shown.length > limit && (
        <button
          type="button"
          className="self-start py-1 text-accent hover:underline"
          onClick={() => setLimit(limit + portion)}
        >
          Show more of {shown.length.toLocaleString("en")} rows
        </button>
      )}
    </div>
  );
}

const Head = ({ head }: Pick<ComparedTable, "head">) => (
  <thead className="bg-sunken text-left text-xs text-muted">
    <tr>
      <th scope="col" className="w-20 px-2.5 py-1 font-normal">
        Change
      </th>
      {head.map(({ name, kind }) => (
        <th key={name} scope="col" className="px-2.5 py-1 font-normal">
          {name}
          {kind !== "same" && <span className="text-faint"> ({kind})</span>}
        </th>
      ))}
    </tr>
  </thead>
);

const green = "bg-[color-mix(in_oklab,var(--state-completed)_13%,transparent)]";
const red = "bg-[color-mix(in_oklab,var(--danger)_13%,transparent)]";
const looks = { same: "", changed: "", added: green, removed: red } as const;

const Row = ({ row: { kind, cells } }: { row: ComparedRow }) => (
  <tr className={cx("border-t", looks[kind])}>
    <td className="px-2.5 py-1 text-xs text-muted">{kind === "same" ? "" : kind}</td>
    {cells.map(({ text, was }, column) => (
      <td
        // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
        key={column}
        className="px-2.5 py-1 align-top break-words"
      >
        {was === undefined ? (
          text
        ) : (
          <>
            <del className={cx("rounded-sm px-0.5", red)}>{was || "–"}</del>{" "}
            <ins className={cx("rounded-sm px-0.5 no-underline", green)}>{text || "–"}</ins>
          </>
        )}
      </td>
    ))}
  </tr>
);
