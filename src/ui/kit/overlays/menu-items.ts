import type { ReactElement, ReactNode } from "react";

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
