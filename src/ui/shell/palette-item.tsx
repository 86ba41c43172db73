import { Command } from "cmdk";
import type { ReactNode } from "react";
import { Kbd } from "../kit/kbd.tsx";

export const groupLook =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted";

interface ItemProps {
  icon: ReactNode;
  children: ReactNode;
  keys?: string;
  value?: string;
  onSelect: () => void;
}

/** One thing to choose. */
export function Item({ icon, children, keys, value, onSelect }: ItemProps) {
  return (
    <Command.Item
      {...(value ? { value } : {})}
      onSelect={onSelect}
      className="flex h-9 items-center gap-2.5 rounded-sm px-2 data-[selected=true]:bg-hover"
    >
      <span className="text-muted">{icon}</span>
      {children}
      {keys && (
        <span className="ml-auto">
          <Kbd keys={keys} />
        </span>
      )}
    </Command.Item>
  );
}
