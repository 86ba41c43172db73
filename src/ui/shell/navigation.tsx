import { Ellipsis, Search } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "../kit/cx.ts";
import { Kbd } from "../kit/kbd.tsx";
import { Tooltip } from "../kit/overlays/tooltip.tsx";
import { NavLink } from "../kit/router.tsx";
import { written } from "../kit/shortcuts.ts";
import { FreshnessDot } from "../parts/freshness.tsx";
import { Zone } from "../parts/time/time.tsx";
import { useReturnPath } from "./list-memory.ts";
import type { Overlay } from "./overlay.ts";
import { pageGroups } from "./pages.tsx";

const item =
  "flex h-8 items-center gap-2.5 rounded-md px-2 max-md:h-12 max-md:flex-auto max-md:flex-col max-md:justify-center max-md:gap-0.5 max-md:px-1 max-md:text-xs";

/** At the left of a wide window, at the bottom of a narrow one. */
export function Navigation({ onOpen }: { onOpen: (overlay: Overlay) => void }) {
  const returnPath = useReturnPath();
  return (
    <nav
      aria-label="Pages"
      className="flex shrink-0 border-line bg-bg max-md:border-t max-md:px-1 md:w-[196px] md:flex-col md:border-r md:p-2"
    >
      <div className="flex h-9 items-center gap-2 px-2 max-md:hidden">
        <Mark />
        <span className="text-md font-strong tracking-[-0.01em]">Praetor</span>
      </div>
      <button
        type="button"
        onClick={() => onOpen("palette")}
        className={cx(
          item,
          "text-muted hover:bg-hover hover:text-fg max-md:order-2 md:mb-2 md:border md:bg-surface",
        )}
      >
        <Search size={15} />
        <span className="flex-1 text-left max-md:flex-none">Search</span>
        <span className="max-md:hidden">
          <Kbd keys={written("Mod+K")} />
        </span>
      </button>
      <div className="max-md:contents md:min-h-0 md:flex-1 md:overflow-y-auto">
        {pageGroups.map(({ heading, pages }) => (
          <Group key={heading ?? "first"} heading={heading}>
            {pages.map((page) => (
              <Tooltip key={page.path} text={`Go to ${page.label}`} shortcut={page.keys} side="right">
                <NavLink
                  to={returnPath(page.path)}
                  isExact={page.path === "/"}
                  className={(isActive) =>
                    cx(
                      item,
                      !page.isOnPhone && "max-md:hidden",
                      isActive
                        ? "text-fg md:bg-active md:font-strong"
                        : "text-muted hover:bg-hover hover:text-fg",
                    )
                  }
                >
                  {page.icon}
                  {page.label}
                </NavLink>
              </Tooltip>
            ))}
          </Group>
        ))}
      </div>
      <div className="flex items-center gap-1 pt-2 max-md:hidden">
        <div className="flex min-w-0 flex-1 flex-col px-2 text-xs">
          <FreshnessDot />
          <span className="truncate pl-3.5">
            <Zone />
          </span>
        </div>
      </div>
      <button
        type="button"
        aria-haspopup="dialog"
        onClick={() => onOpen("pages")}
        className={cx(item, "order-last text-muted md:hidden")}
      >
        <Ellipsis size={15} />
        More
      </button>
    </nav>
  );
}

/** On a phone the bar has no room for headings. */
function Group({ heading, children }: { heading: string | undefined; children: ReactNode }) {
  return (
    <div
      role="group"
      aria-label={heading ?? "Overview"}
      className="max-md:contents md:flex md:flex-col md:gap-0.5 md:pb-3"
    >
      {heading && (
        <span aria-hidden="true" className="px-2 pb-1 text-xs text-faint max-md:hidden">
          {heading}
        </span>
      )}
      {children}
    </div>
  );
}

function Mark() {
  return (
    <svg width="18" height="18" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="var(--fg)" />
      <path
        d="M9 25V8h8.2a5.4 5.4 0 0 1 0 10.8H13.6"
        fill="none"
        stroke="var(--on-ink)"
        strokeWidth="3.4"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="22.6" cy="24" r="2.8" fill="var(--accent)" />
    </svg>
  );
}
