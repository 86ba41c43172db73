import { Link } from "../../kit/router.tsx";
import type { Words } from "./gates.ts";

/** A sentence whose parts lead where they say. */
export function LinkedWords({ words }: { words: Words }) {
  return words.map((part) =>
    typeof part === "string" ? (
      part
    ) : (
      <Link
        key={`${part.text} ${part.to}`}
        to={part.to}
        className="text-accent underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
      >
        {part.text}
      </Link>
    ),
  );
}
