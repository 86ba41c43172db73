import { cloneElement, Suspense, useState } from "react";
import { lazyNamed } from "../lazy-named.ts";
import type { MenuProps } from "./menu-items.ts";

const MenuPopup = lazyNamed(async () => (await import("./menu-popup.tsx")).MenuPopup);

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
