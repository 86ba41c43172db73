import { useIsPraetor } from "../api.ts";
import { PageHead } from "../parts/page-head.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { ShortcutGroups } from "../parts/shortcut-groups.tsx";
import { BrowserPart } from "./browser-part.tsx";
import { ConnectionPart } from "./connection-part.tsx";
import { Part } from "./part.tsx";
import { PraetorPart } from "./praetor-part.tsx";
import { PrefectPart } from "./prefect-part.tsx";

/** What this browser remembers, which server it is connected to, and how that server is set up. */
export function Page() {
  usePageTitle("Settings");
  const isPraetor = useIsPraetor();
  return (
    <>
      <PageHead title="Settings" />
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-[860px] flex-col gap-8 px-4 py-5">
          <BrowserPart />
          <ConnectionPart />
          {isPraetor ? <PraetorPart /> : <PrefectPart />}
          <Part title="Keyboard shortcuts" note="Those of every page; each page adds its own, which ? lists.">
            <ShortcutGroups />
          </Part>
        </div>
      </div>
    </>
  );
}
