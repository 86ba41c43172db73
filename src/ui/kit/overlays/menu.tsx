import { cloneElement, type ReactElement, type ReactNode, Suspense, useState } from "react";
import { part } from "../part.ts";

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  shortcut?: string;
  danger?: boolean;
  /** Why it cannot be chosen now; shown beside the label. */
  disabled?: string | undefined;
  onSelect: () => void;
}

export interface MenuProps {
  /** The button that opens it. */
  trigger: ReactElement<{ onClick?: () => void; "aria-haspopup"?: "menu" }>;
  /** Groups of items; a line stands between them. */
  groups: readonly (readonly MenuItem[])[];
  align?: "start" | "end";
}

const MenuPopup = part(async () => (await import("./menu-popup.tsx")).MenuPopup);

/** A button that opens a menu; what draws the menu is fetched when it is first opened. */
export function Menu(props: MenuProps) {
  const [isWanted, setWanted] = useState(false);
  const closed = cloneElement(props.trigger, { "aria-haspopup": "menu", onClick: () => setWanted(true) });
  if (!isWanted) return closed;
  return (
    <Suspense fallback={closed}>
      <MenuPopup {...props} />
    </Suspense>
  );
}
