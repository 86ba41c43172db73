import { cx } from "../kit/cx.ts";
import { Dialog } from "../kit/overlays/dialog.tsx";
import { NavLink } from "../kit/router.tsx";
import { returnPath } from "./list-memory.ts";
import { pageGroups } from "./pages.tsx";

const item = "flex h-11 items-center gap-3 rounded-md px-2 hover:bg-hover";

/** All pages, for a phone, whose bar has room for few. */
export function PageSheet({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Pages">
      <nav aria-label="All pages" className="flex flex-col gap-3">
        {pageGroups.map(({ heading, pages }) => (
          <section key={heading ?? "first"} aria-label={heading ?? "Overview"}>
            {heading && <h3 className="px-2 pb-1 text-xs text-muted">{heading}</h3>}
            <div className="grid grid-cols-2">
              {pages.map(({ path, label, icon }) => (
                <NavLink
                  key={path}
                  to={returnPath(path)}
                  isExact={path === "/"}
                  onClick={onClose}
                  className={(isActive) => cx(item, isActive && "bg-active font-strong")}
                >
                  {icon}
                  {label}
                </NavLink>
              ))}
            </div>
          </section>
        ))}
      </nav>
    </Dialog>
  );
}
