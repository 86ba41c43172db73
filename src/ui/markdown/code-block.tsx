/** Code as it was written; the keyboard scrolls long lines, too. */
export const CodeBlock = ({ text }: { text: string }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach what scrolls
  <pre tabIndex={0} className="overflow-x-auto rounded-md border bg-sunken px-3 py-2 leading-5">
    {text}
  </pre>
);
