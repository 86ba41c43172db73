import { Dialog } from "../kit/overlays/dialog.tsx";
import { ShortcutGroups } from "../parts/shortcut-groups.tsx";

/** Every shortcut that works on the page behind it. */
export function ShortcutList({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts">
      <ShortcutGroups />
    </Dialog>
  );
}
