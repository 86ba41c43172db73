/** Whether a value takes about so many characters as JSON at the most. It is gone through only as far as that. */
export const fits = (value: unknown, room: number): boolean => roomAfter(value, room) >= 0;

function roomAfter(value: unknown, room: number): number {
  if (typeof value === "string") return room - value.length - 2;
  if (typeof value !== "object" || value === null) return room - 4;
  let left = room - 2;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length && left >= 0; at += 1) left = roomAfter(value[at], left - 1);
    return left;
  }
  for (const key in value) {
    left = roomAfter(Reflect.get(value, key), left - key.length - 4);
    if (left < 0) return left;
  }
  return left;
}
