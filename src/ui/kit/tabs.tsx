import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

interface Props<T extends string> {
  value: T;
  onChange: (value: T) => void;
  tabs: readonly { value: T; label: ReactNode; count?: number | string | undefined }[];
  label: string;
  /** What the tabs switch; left out where the switched part stands elsewhere and refers to the tab. */
  children?: ReactNode;
}

/** Underlined tabs; arrows move between them. Put `TabPanel`s inside. */
export function Tabs<T extends string>({ value, onChange, tabs, label, children }: Props<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Base.List aria-label={label} className="relative flex shrink-0 gap-4 overflow-x-auto border-b px-3">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="h-9 whitespace-nowrap text-muted outline-offset-[-2px] hover:text-fg data-[active]:text-fg"
          >
            {tab.label}
            {tab.count !== undefined && <span className="ml-1.5 text-xs text-faint">{tab.count}</span>}
          </Base.Tab>
        ))}
        <Base.Indicator className="absolute bottom-0 left-0 h-[2px] w-[var(--active-tab-width)] translate-x-[var(--active-tab-left)] bg-fg transition-[translate,width] duration-150 ease-out" />
      </Base.List>
      {children}
    </Base.Root>
  );
}

export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Base.Panel value={value} className="flex min-h-0 flex-1 flex-col outline-none">
      {children}
    </Base.Panel>
  );
}
