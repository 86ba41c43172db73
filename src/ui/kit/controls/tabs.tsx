import { Tabs as Base } from "@base-ui/react/tabs";
import type { ReactNode } from "react";

interface Props<T extends string> {
  /** Null where none is shown. */
  value: T | null;
  onChange: (value: T) => void;
  tabs: readonly { value: T; label: ReactNode; count?: number | string | undefined }[];
  label: string;
  /** Before the tabs, such as the title of the page. */
  lead?: ReactNode;
  /** At the right end of their line. */
  actions?: ReactNode;
  /** `TabPanel`s, and what stands between them and the tabs. */
  children?: ReactNode;
}

/** Underlined tabs; arrows move between them. */
export function Tabs<T extends string>({ value, onChange, tabs, label, lead, actions, children }: Props<T>) {
  return (
    <Base.Root
      value={value}
      onValueChange={(next: T) => onChange(next)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-5 border-b px-3">
        {lead}
        <Base.List
          aria-label={label}
          className="relative flex min-w-0 gap-4 overflow-x-auto [scrollbar-width:none]"
        >
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
        {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </div>
      {children}
    </Base.Root>
  );
}

export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <Base.Panel value={value} className="flex min-h-0 flex-1 flex-col outline-offset-[-2px]">
      {children}
    </Base.Panel>
  );
}
