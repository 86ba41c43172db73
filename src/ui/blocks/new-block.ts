import { type ComponentType, createContext } from "react";

export interface NewBlockProps {
  slug: string;
  onClose: () => void;
  onCreated: (id: string) => void;
}

/** The form of a block within the form of another: what draws it is also what needs it. */
export const NewBlockContext = createContext<ComponentType<NewBlockProps> | null>(null);
