/** The group of the shortcuts that every page has. */
export const everywhere = "Everywhere";

/** What opens over every page. */
export type Overlay = "palette" | "pages" | "shortcuts";
