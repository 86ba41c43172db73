import { type ReactNode, Suspense, useState } from "react";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Toasts } from "../kit/overlays/toast.tsx";
import { TooltipLayer } from "../kit/overlays/tooltip.tsx";
import { useLocation, useNavigate } from "../kit/router.tsx";
import { useKeyboard, useShortcuts } from "../kit/shortcuts.ts";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useSettings } from "../settings.ts";
import { ErrorBoundary } from "./error-page.tsx";
import { returnPath } from "./list-memory.ts";
import { Navigation } from "./navigation.tsx";
import { Outage } from "./outage.tsx";
import { everywhere, type Overlay } from "./overlay.ts";
import { pages } from "./pages.tsx";
import { useTypedAhead } from "./typed-ahead.ts";

const PageSheet = lazyNamed(async () => (await import("./page-sheet.tsx")).PageSheet);
const Palette = lazyNamed(async () => (await import("./palette.tsx")).Palette);
const ShortcutList = lazyNamed(async () => (await import("./shortcut-list.tsx")).ShortcutList);

/** What stands around every page: navigation, the palette, and a net for pages that throw. */
export function Frame({ children }: { children: ReactNode }) {
  const [overlay, setOverlay] = useState<Overlay | null>(null);
  const { theme } = useSettings();
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const close = () => setOverlay(null);
  const typed = useTypedAhead(overlay === "palette", close);
  useKeyboard();
  useShortcuts([
    {
      keys: "Mod+k",
      label: "Search and commands",
      group: everywhere,
      always: true,
      run: () => setOverlay("palette"),
    },
    ...pages.map(({ keys, label, path }) => ({
      ...{ keys, label: `Go to ${label}`, group: everywhere },
      run: () => void navigate(returnPath(path)),
    })),
    { keys: "?", label: "This list", group: everywhere, run: () => setOverlay("shortcuts") },
  ]);
  return (
    <div className="flex h-full flex-col-reverse md:flex-row">
      <a
        href="#page"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-fg px-3 py-1.5 text-on-ink focus:translate-y-0"
      >
        Skip to the page
      </a>
      <Navigation onOpen={setOverlay} />
      <main
        id="page"
        tabIndex={-1}
        className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto outline-none"
      >
        <Outage />
        <ErrorBoundary resetKey={pathname}>
          {/* With a key of its own, a page that is still being fetched takes the place of the last one at once. */}
          <Suspense key={kindOf(pathname)} fallback={<SkeletonRows rows={20} label="Loading the page" />}>
            {children}
          </Suspense>
        </ErrorBoundary>
      </main>
      <Suspense fallback={null}>
        {overlay === "palette" && <Palette onClose={close} onOpen={setOverlay} typed={typed} />}
        {overlay === "pages" && <PageSheet onClose={close} />}
        {overlay === "shortcuts" && <ShortcutList onClose={close} />}
      </Suspense>
      <Toasts theme={theme} />
      <TooltipLayer />
    </div>
  );
}

/** The same for all addresses of one page: `/runs/` and whatever run. */
function kindOf(pathname: string): string {
  const [, first = "", second] = pathname.split("/");
  return second === undefined ? first : `${first}/`;
}
