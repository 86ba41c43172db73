/**
 * Makes room for a queue at `priority`: whoever has it moves up by one, and so on until there is a gap. Answers
 * the others that moved, with their new priorities: the order among them stays, and nobody moves without need.
 */
export function makeRoom(
  others: readonly { id: string; priority: number }[],
  priority: number,
): { id: string; priority: number }[] {
  const byPriority = new Map(others.map((queue) => [queue.priority, queue.id]));
  const moved: { id: string; priority: number }[] = [];
  let place = priority;
  for (let id = byPriority.get(place); id !== undefined; id = byPriority.get(place)) {
    place += 1;
    moved.push({ id, priority: place });
  }
  return moved;
}
