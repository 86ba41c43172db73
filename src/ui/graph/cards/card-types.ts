import { FamilyCard } from "./family-card.tsx";
import { FamilyHeader, SubflowHeader } from "./headers.tsx";
import { TaskCard } from "./task-card.tsx";

/** What React Flow mounts for each kind of box. */
export const cardTypes = {
  task: TaskCard,
  family: FamilyCard,
  frame: FamilyHeader,
  container: SubflowHeader,
};
