import { Dialog } from "../kit/overlays/dialog.tsx";
import { ShortcutGroups } from "../parts/shortcut-groups.tsx";

/** Every shortcut that works on the page behind it. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a small screen the keyboard has to scroll it */}
      <div tabIndex={0} role="group" aria-label="Keyboard shortcuts">
        <ShortcutGroups />
      </div>
    </Dialog>
  );
}
