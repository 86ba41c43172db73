import { type KeyboardEvent, useState } from "react";
import { StateIcon } from "../../parts/runs/state-badge.tsx";
import { short } from "../../parts/time/times.ts";
import { groupsOf, type Mark, type MarkGroup } from "./marks.ts";
import { type Window, xOf } from "./scale.ts";

interface Props {
  marks: readonly Mark[];
  window: Window;
  width: number;
  zone: string;
  /** A moment is pointed out, or none any more. */
  onGuide: (time: number | undefined) => void;
}

const apart = 18;
const mostListed = 8;

/** What happened to the run as a whole, as marks below the axis; the arrows go from one to the next. */
export function MarkStrip({ marks, window, width, zone, onGuide }: Props) {
  const [shown, setShown] = useState<MarkGroup | undefined>();
  const groups = groupsOf(marks, (time) => xOf({ window, width }, time), { width, apart });
  const point = (group: MarkGroup | undefined) => {
    setShown(group);
    onGuide(group?.marks[0]?.time);
  };
  return (
    <ul
      aria-label="States, artifacts and events of the run"
      className="relative h-6 shrink-0"
      onMouseLeave={() => point(undefined)}
      onBlur={() => point(undefined)}
    >
      {groups.map((group, place) => (
        <li
          key={group.marks[0]?.id}
          className="absolute top-0 -translate-x-1/2"
          style={{ left: Math.min(Math.max(group.x, 9), width - 9) }}
        >
          <button
            type="button"
            tabIndex={place === 0 ? 0 : -1}
            aria-label={group.marks.map((mark) => textOf(mark, zone)).join(", ")}
            className="grid size-6 place-items-center rounded-sm hover:bg-hover"
            onMouseEnter={() => point(group)}
            onFocus={() => point(group)}
            onKeyDown={step}
          >
            <Glyph group={group} />
          </button>
        </li>
      ))}
      {shown && <Listed group={shown} zone={zone} width={width} />}
    </ul>
  );
}

const textOf = ({ label, time }: Mark, zone: string): string => `${label} at ${short(time, zone, time)}`;

function step(event: KeyboardEvent<HTMLElement>): void {
  const item = event.currentTarget.parentElement;
  const beside = event.key === "ArrowRight" ? item?.nextElementSibling : item?.previousElementSibling;
  if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
  event.preventDefault();
  event.stopPropagation();
  const button = beside?.querySelector("button");
  button?.focus();
}

/** Of several the one that says most: the last state, else what was written. */
function Glyph({ group: { marks } }: { group: MarkGroup }) {
  const state = marks.findLast((mark) => mark.state)?.state;
  const more = marks.length > 1 && (
    <span className="absolute top-1 left-[20px] text-xs text-muted" aria-hidden="true">
      {marks.length}
    </span>
  );
  if (state)
    return (
      <>
        <StateIcon type={state.type} name={state.name} size={13} />
        {more}
      </>
    );
  const isArtifact = marks.some(({ kind }) => kind === "artifact");
  return (
    <>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" className="text-muted">
        {isArtifact ? (
          <path d="M2 1.5h5l3 3v6H2z M7 1.5v3h3" fill="none" stroke="currentColor" strokeWidth="1.4" />
        ) : (
          <path d="M6 1 10.5 6 6 11 1.5 6z" fill="currentColor" />
        )}
      </svg>
      {more}
    </>
  );
}

function Listed({ group, zone, width }: { group: MarkGroup; zone: string; width: number }) {
  return (
    <div
      className="pop pointer-events-none absolute top-6 z-20 w-64 px-2.5 py-1.5 text-xs"
      style={{ left: Math.max(4, Math.min(group.x - 20, width - 264)) }}
      aria-hidden="true"
    >
      {group.marks.slice(0, mostListed).map((mark) => (
        <p key={mark.id} className="flex gap-2">
          <span className="min-w-0 flex-1 truncate">{mark.label}</span>
          <span className="text-muted">{short(mark.time, zone, mark.time)}</span>
        </p>
      ))}
      {group.marks.length > mostListed && (
        <p className="text-muted">and {group.marks.length - mostListed} more</p>
      )}
    </div>
  );
}
