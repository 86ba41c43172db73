import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { type ErrorLink, tracebackText } from "../../rules/tracebacks.ts";
import type { ErrorFrame } from "../../schema/events.ts";
import { cx } from "../kit/cx.ts";
import { Copy } from "../parts/actions/copy.tsx";
import { LongText } from "../parts/long-text.tsx";
import { Chip } from "../parts/tag.tsx";
import { Excerpt, Place } from "./excerpt.tsx";

interface Props {
  /** The thrown error first, then its causes; shown the other way round, because the cause is what one looks for. */
  chain: readonly ErrorLink[];
}

/** An error as an object: cause first, the frame in the user's code open, library frames folded. */
export function Traceback({ chain }: Props) {
  return (
    <div className="relative">
      <div className="absolute top-0 right-0">
        <Copy text={tracebackText(chain)} label="Copy as text" />
      </div>
      <Chain chain={chain} isFirst />
    </div>
  );
}

interface ChainProps extends Props {
  /** Its first frame of the user's code is open. */
  isFirst: boolean;
}

function Chain({ chain, isFirst }: ChainProps) {
  const causeFirst = chain.toReversed();
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {[...causeFirst.entries()].map(([depth, link]) => (
        <section key={`${depth} ${link.name}`} aria-label={depth === 0 ? "Cause" : "Consequence"}>
          {depth > 0 && <p className="mb-1 text-xs text-muted">{relation(link)}</p>}
          <h3 className="pr-8 break-words whitespace-pre-wrap">
            <span className="font-strong text-danger">{link.name}</span>
            {link.message && (
              <span className="font-strong">
                : <LongText text={link.message} />
              </span>
            )}
          </h3>
          <Properties properties={link.properties} />
          <Frames frames={link.frames} isFirst={isFirst && depth === 0} />
          {link.members && <Members link={link} members={link.members} isFirst={isFirst && depth === 0} />}
        </section>
      ))}
    </div>
  );
}

const relation = ({ omitted_causes: omitted = 0 }: ErrorLink): string =>
  omitted === 0
    ? "caused"
    : `caused, with ${omitted} ${omitted === 1 ? "error" : "errors"} in between left out,`;

/** Up to this many members are open at first. */
const openMembers = 3;

interface MembersProps {
  link: ErrorLink;
  members: readonly (readonly ErrorLink[])[];
  isFirst: boolean;
}

/** The errors of a group, each with its own traceback. */
function Members({ link, members, isFirst }: MembersProps) {
  const omitted = link.omitted_members ?? 0;
  const count = members.length + omitted;
  const label = (place: number) =>
    link.name === "SuppressedError" && place < 2
      ? ["Error", "Suppressed"][place]
      : `${place + 1} of ${count}`;
  return (
    <ol className="mt-2 border-l-2 border-line-strong" aria-label={`Errors in ${link.name}`}>
      {[...members.entries()].map(([place, chain]) => (
        <Member
          key={`${place} ${chain[0]?.name}`}
          label={label(place)}
          chain={chain}
          isFirst={isFirst && place === 0}
          isOpen={members.length <= openMembers || place === 0}
        />
      ))}
      {omitted > 0 && (
        <li className="py-1 pl-3 text-muted">
          {omitted.toLocaleString("en")} more {omitted === 1 ? "error" : "errors"}, not recorded
        </li>
      )}
    </ol>
  );
}

interface MemberProps extends ChainProps {
  label: string | undefined;
  isOpen: boolean;
}

function Member({ label, chain, isFirst, isOpen: atFirst }: MemberProps) {
  const [isOpen, setOpen] = useState(atFirst);
  const [thrown] = chain;
  const title = thrown?.message ? `${thrown.name}: ${thrown.message.split("\n", 1)[0]}` : thrown?.name;
  return (
    <li className="min-w-0 py-0.5 pl-1.5">
      <button type="button" aria-expanded={isOpen} className={line} onClick={() => setOpen(!isOpen)}>
        <ChevronRight
          size={13}
          className={cx("shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
        />
        <span className="shrink-0 text-xs text-muted">{label}</span>
        {!isOpen && <span className="truncate">{title}</span>}
      </button>
      {isOpen && (
        <div className="pb-1.5 pl-[27px]">
          <Chain chain={chain} isFirst={isFirst} />
        </div>
      )}
    </li>
  );
}

function Properties({ properties }: { properties: ErrorLink["properties"] }) {
  const entries = Object.entries(properties);
  if (entries.length === 0) return null;
  return (
    <p className="mt-1.5 flex flex-wrap gap-1.5">
      {entries.map(([name, value]) => (
        <Chip key={name} name={name} value={value} />
      ))}
    </p>
  );
}

interface Group {
  library: boolean;
  frames: ErrorFrame[];
}

/** Frames that stand next to each other and are all of libraries are one line until it is opened. */
function grouped(frames: readonly ErrorFrame[]): Group[] {
  const groups: Group[] = [];
  for (const frame of frames) {
    const last = groups.at(-1);
    if (last?.library && frame.library) last.frames.push(frame);
    else groups.push({ library: frame.library, frames: [frame] });
  }
  return groups;
}

function Frames({ frames, isFirst }: { frames: readonly ErrorFrame[]; isFirst: boolean }) {
  const groups = grouped(frames);
  const opened = isFirst ? groups.findIndex((group) => !group.library) : -1;
  if (frames.length === 0) return null;
  return (
    <ol className="mt-2 overflow-hidden rounded-md border bg-surface">
      {[...groups.entries()].map(([place, group]) => {
        const key = `${place}-${group.frames[0]?.file}-${group.frames[0]?.line}`;
        if (group.library) return <LibraryFrames key={key} frames={group.frames} />;
        return group.frames.map((frame) => <Frame key={key} frame={frame} isOpen={place === opened} />);
      })}
    </ol>
  );
}

const line = "flex w-full min-w-0 items-center gap-1.5 px-2 py-1 text-left hover:bg-hover";

function LibraryFrames({ frames }: { frames: readonly ErrorFrame[] }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={isOpen}
        className={cx(line, "text-muted")}
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight size={13} className={cx("shrink-0 transition-transform", isOpen && "rotate-90")} />
        {frames.length === 1 ? "1 library frame" : `${frames.length} library frames`}
        <span className="truncate text-xs text-faint">{packagesOf(frames)}</span>
      </button>
      {isOpen && (
        <ol className="border-t bg-sunken py-1 pl-5">
          {[...frames.entries()].map(([place, frame]) => (
            <li key={`${place} ${frame.file}`} className="px-2 py-0.5 text-muted">
              <Place frame={frame} />
            </li>
          ))}
        </ol>
      )}
    </li>
  );
}

function Frame({ frame, isOpen: atFirst }: { frame: ErrorFrame; isOpen: boolean }) {
  const [isOpen, setOpen] = useState(atFirst);
  const id = useId();
  if (!frame.source)
    return (
      <li className={cx(line, "border-b pl-[27px] last:border-b-0")}>
        <Place frame={frame} />
      </li>
    );
  return (
    <li className="border-b last:border-b-0">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={id}
        className={line}
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight
          size={13}
          className={cx("shrink-0 text-muted transition-transform", isOpen && "rotate-90")}
        />
        <Place frame={frame} />
      </button>
      {isOpen && <Excerpt id={id} frame={frame} source={frame.source} />}
    </li>
  );
}

function packagesOf(frames: readonly ErrorFrame[]): string {
  const names = frames.map(
    ({ file }) =>
      /(?:node_modules|site-packages|dist-packages)[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1] ?? "",
  );
  return [...new Set(names)].filter(Boolean).join(", ");
}
