import { Command } from "cmdk";
import { Kbd } from "../kit/kbd.tsx";
import type { Hit } from "./palette-hits.tsx";

export const groupClass =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

/** One thing to choose. */
export function Item({ hit, onSelect }: { hit: Hit; onSelect: () => void }) {
  return (
    <Command.Item
      value={hit.key}
      onSelect={onSelect}
      className="flex h-9 items-center gap-2.5 rounded-sm px-2 data-[selected=true]:bg-hover"
    >
      <span className="text-muted">{hit.icon}</span>
      <span className="min-w-0 truncate">{hit.name}</span>
      {hit.aside && <span className="ml-auto shrink-0 text-xs text-muted">{hit.aside}</span>}
      {hit.keys && (
        <span className={hit.aside ? "" : "ml-auto"}>
          <Kbd keys={hit.keys} />
        </span>
      )}
    </Command.Item>
  );
}
