import { Crosshair } from "lucide-react";
import { type ReactNode, useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from "react";
import { Button } from "../kit/controls/button.tsx";
import { SearchInput, typingPause } from "../kit/controls/search-field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { type Lens, lenses, throughLens } from "./lenses.ts";
import type { Marks } from "./marks.ts";
import type { RunModel } from "./model.ts";

interface Props {
  model: RunModel;
  marks: Marks;
  /** Opens what holds the node, and goes there. */
  onReveal: (node: number) => void;
  tools: ReactNode;
  /** Undefined once the run has ended. */
  follow: (() => void) | undefined;
  isFollowing: boolean;
}

const options = [
  { value: "all", label: "All tasks" },
  { value: "failed", label: "Failed and its causes" },
  { value: "critical", label: "Critical path" },
  { value: "slowest", label: "Slowest" },
] as const satisfies readonly { value: Lens | "all"; label: string }[];

/** What to look for and through which lens; what is left out fades, and its number is said. */
export function Toolbar({ model, marks, onReveal, tools, follow, isFollowing }: Props) {
  const [lens, setLens] = useState<Lens | "all">("all");
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const version = useSyncExternalStore(model.onChange, () => model.version);
  const { lit } = useSyncExternalStore(marks.onChange, () => marks.state);
  useEffect(() => {
    if (version >= 0) marks.set({ lit: litBy(model, lens, text) });
  }, [model, marks, lens, text, version]);
  const found = lit ? [...lit] : [];
  // What was asked for first is shown without another key; changes of state do not move the camera.
  const first = useEffectEvent(() => {
    const [node] = litBy(model, lens, text) ?? [];
    if (node !== undefined) onReveal(node);
  });
  const asked = useRef("");
  useEffect(() => {
    const question = `${lens} ${text.trim()}`;
    const isAsked = asked.current !== question && question !== "all ";
    asked.current = question;
    if (!isAsked) return;
    const timer = setTimeout(() => first(), typingPause);
    return () => clearTimeout(timer);
  }, [lens, text]);
  const next = () => {
    const node = found[(place + 1) % Math.max(1, found.length)];
    setPlace(place + 1);
    if (node !== undefined) onReveal(node);
  };
  return (
    <div className="absolute top-2.5 left-3 right-3 z-10 flex flex-wrap items-center gap-2 pointer-events-none *:pointer-events-auto max-sm:flex-nowrap max-sm:overflow-x-auto max-sm:[scrollbar-width:none] max-sm:*:shrink-0">
      <SearchInput
        label="Find a task in the graph"
        placeholder="Find a task"
        className="w-32 max-sm:w-24"
        value={text}
        onChange={(next) => {
          setText(next);
          setPlace(0);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter") next();
          event.stopPropagation();
        }}
      />
      {tools}
      <Select label="Lens" value={lens} onChange={setLens} options={options} />
      {follow && (
        <Button aria-pressed={isFollowing} className={isFollowing ? "text-accent" : ""} onClick={follow}>
          <Crosshair size={13} aria-hidden="true" />
          {isFollowing ? "Following" : "Follow"}
        </Button>
      )}
      {lit && (
        <span role="status" className="rounded-sm bg-surface px-1.5 text-xs text-muted">
          {lit.size.toLocaleString("en")} of {model.nodes.length.toLocaleString("en")} tasks
          {text.trim() !== "" && found.length > 0 && " · Enter for the next"}
        </span>
      )}
    </div>
  );
}

function litBy(model: RunModel, lens: Lens | "all", text: string): ReadonlySet<number> | undefined {
  const wanted = text.trim().toLowerCase();
  const seen = lenses.find((name) => name === lens);
  const bySight = seen && throughLens[seen](model.nodes);
  if (wanted === "") return bySight;
  const named = new Set<number>();
  model.nodes.forEach((node, index) => {
    if (node.name.toLowerCase().includes(wanted)) named.add(index);
  });
  return bySight ? new Set([...named].filter((node) => bySight.has(node))) : named;
}
