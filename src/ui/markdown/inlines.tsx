import { decodeEntities } from "./entities.ts";
import type { Inline } from "./parse.ts";
import { Picture } from "./picture.tsx";

/** What stands within a line: emphasis, code, links and images. */
export const Inlines = ({ inner }: { inner: readonly Inline[] }) =>
  inner.map((part, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text has no other names for its parts
    <InlineView key={place} part={part} />
  ));

function InlineView({ part }: { part: Inline }) {
  switch (part.kind) {
    case "text":
      return decodeEntities(part.text);
    case "literal":
      return part.text;
    case "code":
      return <code className="rounded-sm bg-sunken px-1">{part.text}</code>;
    case "strong":
      return (
        <strong>
          <Inlines inner={part.inner} />
        </strong>
      );
    case "em":
      return (
        <em>
          <Inlines inner={part.inner} />
        </em>
      );
    case "del":
      return (
        <del>
          <Inlines inner={part.inner} />
        </del>
      );
    case "break":
      return <br />;
    case "image":
      return <Picture from={decodeEntities(part.from)} alt={decodeEntities(part.alt)} />;
    case "link":
      return <Link to={decodeEntities(part.to)} inner={part.inner} />;
  }
}

function Link({ to, inner }: { to: string; inner: readonly Inline[] }) {
  // Not `javascript:`, and not a page of ours that a report would like to open.
  if (!/^(https?:|mailto:)/i.test(to)) return <Inlines inner={inner} />;
  const images = inner.filter(({ kind }) => kind === "image");
  const words = inner.filter(({ kind }) => kind !== "image");
  return (
    <>
      {/* One that has to be asked for is a button, which no link may hold. */}
      <Inlines inner={images} />
      <a href={to} target="_blank" rel="noreferrer noopener" className="text-accent underline">
        {words.length > 0 ? <Inlines inner={words} /> : to}
      </a>
    </>
  );
}
