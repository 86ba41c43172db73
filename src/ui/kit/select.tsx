import { Select as Base } from "@base-ui/react/select";
import { Check, ChevronsUpDown } from "lucide-react";

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  options: readonly { value: T; label: string }[];
  label: string;
}

export function Select<T extends string>({ value, onChange, options, label }: Props<T>) {
  return (
    <Base.Root
      items={options}
      value={value}
      onValueChange={(next: T | null) => next !== null && onChange(next)}
    >
      <Base.Trigger
        aria-label={label}
        className="inline-flex h-7 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 hover:bg-hover"
      >
        <Base.Value />
        <Base.Icon className="text-faint">
          <ChevronsUpDown size={13} />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Base.Popup className="pop max-h-72 min-w-[var(--anchor-width)] overflow-y-auto p-1 outline-none">
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                className="flex h-8 items-center gap-2 rounded-sm px-2 pr-3 outline-none select-none data-[highlighted]:bg-hover"
              >
                <span className="w-4">
                  <Base.ItemIndicator>
                    <Check size={14} />
                  </Base.ItemIndicator>
                </span>
                <Base.ItemText>{option.label}</Base.ItemText>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
