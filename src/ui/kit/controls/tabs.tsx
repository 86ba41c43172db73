import { createContext, type KeyboardEvent, type ReactNode, use, useId, useMemo, useRef } from "react";
import { cx } from "../cx.ts";

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

const TabsContext = createContext({ id: "", value: "" });

/** Underlined tabs after the pattern of ARIA: arrows, Home and End move between them, Enter and Space choose. */
export function Tabs<T extends string>({ value, onChange, tabs, label, lead, actions, children }: Props<T>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const context = useMemo(() => ({ id, value: value ?? "" }), [id, value]);
  const reachable = tabs.some((tab) => tab.value === value) ? value : tabs[0]?.value;
  return (
    <TabsContext value={context}>
      <div className="flex min-h-0 flex-1 flex-col">
        <div className="flex min-h-9 shrink-0 flex-wrap items-center gap-x-5 border-b px-3">
          {lead}
          <div
            ref={list}
            role="tablist"
            aria-label={label}
            className="flex min-w-0 gap-4 overflow-x-auto [scrollbar-width:none]"
            onKeyDown={(event) => moveFocus(event, list.current)}
          >
            {tabs.map((tab) => {
              const isOn = tab.value === value;
              return (
                <button
                  key={tab.value}
                  type="button"
                  role="tab"
                  id={`${id}-${tab.value}-tab`}
                  aria-selected={isOn}
                  aria-controls={isOn ? `${id}-${tab.value}` : undefined}
                  tabIndex={tab.value === reachable ? 0 : -1}
                  onClick={() => onChange(tab.value)}
                  className={cx(
                    "h-9 border-y-2 border-transparent whitespace-nowrap outline-offset-[-2px]",
                    isOn ? "border-b-fg text-fg" : "text-muted hover:text-fg",
                  )}
                >
                  {tab.label}
                  {tab.count !== undefined && <span className="ml-1.5 text-xs text-faint">{tab.count}</span>}
                </button>
              );
            })}
          </div>
          {actions && <div className="ml-auto flex items-center gap-2">{actions}</div>}
        </div>
        {children}
      </div>
    </TabsContext>
  );
}

/** The tab that is shown is chosen by a press, as what it shows may have to be fetched. */
function moveFocus(event: KeyboardEvent, list: HTMLElement | null): void {
  const tabs = [...(list?.querySelectorAll<HTMLElement>("[role=tab]") ?? [])];
  const at = tabs.indexOf(
    document.activeElement instanceof HTMLElement ? document.activeElement : document.body,
  );
  const places: Record<string, number> = {
    ArrowRight: (at + 1) % tabs.length,
    ArrowLeft: (at - 1 + tabs.length) % tabs.length,
    Home: 0,
    End: tabs.length - 1,
  };
  const to = places[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  tabs[to]?.focus();
}

/** Is in the document only while its tab is chosen. */
export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  const { id, value: chosen } = use(TabsContext);
  if (value !== chosen) return null;
  return (
    <div
      role="tabpanel"
      id={`${id}-${value}`}
      aria-labelledby={`${id}-${value}-tab`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls in it has to be reached by the keyboard
      tabIndex={0}
      className="flex min-h-0 flex-1 flex-col outline-offset-[-2px]"
    >
      {children}
    </div>
  );
}
