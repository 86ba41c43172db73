import { Kbd } from "../kit/kbd.tsx";
import { useAllShortcuts, written } from "../kit/shortcuts.ts";

/** Every shortcut that works now, by what it belongs to. */
export function ShortcutGroups() {
  const all = useAllShortcuts();
  const groups = Map.groupBy(all, (shortcut) => shortcut.group);
  return (
    <div className="columns-1 gap-8 sm:columns-2">
      {[...groups].map(([group, shortcuts]) => (
        <section key={group} className="mb-4 break-inside-avoid">
          <h3 className="mb-1 text-xs text-muted">{group}</h3>
          <dl>
            {shortcuts.map((shortcut) => (
              <div key={shortcut.keys} className="flex h-7 items-center justify-between gap-4">
                <dt>{shortcut.label}</dt>
                <dd>
                  <span className="sr-only">{written(shortcut.keys)}</span>
                  <Kbd keys={written(shortcut.keys)} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}
