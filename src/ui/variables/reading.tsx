import { useState } from "react";
import { useIsPraetor } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { CodeBlock } from "../markdown/code-block.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { snippets } from "./snippets.ts";

type LanguageName = keyof ReturnType<typeof snippets>;

const languages: readonly { value: LanguageName; label: string }[] = [
  { value: "typescript", label: "TypeScript" },
  { value: "python", label: "Python" },
];

/** The code with which a flow reads the variable. */
export function Reading({ name }: { name: string }) {
  const isPraetor = useIsPraetor();
  const [language, setLanguage] = useState<LanguageName>(isPraetor ? "typescript" : "python");
  const text = snippets(name)[language];
  return (
    <section aria-label="Read in code" className="border-t pt-3">
      <div className="mb-2 flex items-center gap-2">
        <h3 className="flex-1 font-strong">Read in code</h3>
        <Segmented label="Language" value={language} onChange={setLanguage} options={languages} />
        <Copy text={text} label="Copy the code" />
      </div>
      <CodeBlock text={text} />
    </section>
  );
}
