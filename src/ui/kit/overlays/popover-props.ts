import type { ReactElement, ReactNode } from "react";

export interface PopoverProps {
  /** The button that opens it. */
  trigger: ReactElement<{ onClick?: () => void; "aria-haspopup"?: "dialog" }>;
  /** Names the popup. */
  label: string;
  children: ReactNode;
}
