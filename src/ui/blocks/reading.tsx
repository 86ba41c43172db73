import { useState } from "react";
import { useIsPraetor } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Section } from "../kit/section.tsx";
import { CodeBlock } from "../markdown/code-block.tsx";
import { Copy } from "../parts/actions/copy.tsx";

type Language = "typescript" | "python";

const languages: readonly { value: Language; label: string }[] = [
  { value: "typescript", label: "TypeScript" },
  { value: "python", label: "Python" },
];

/** The code with which a flow loads a block. */
export function Reading({ slug, name }: { slug: string; name: string }) {
  const isPraetor = useIsPraetor();
  const [language, setLanguage] = useState<Language>(isPraetor ? "typescript" : "python");
  const text = (slug === "secret" ? secretCode(name) : blockCode(slug, name))[language];
  return (
    <Section
      title="Load in code"
      action={
        <span className="flex items-center gap-2">
          <Segmented label="Language" value={language} onChange={setLanguage} options={languages} />
          <Copy text={text} label="Copy the code" />
        </span>
      }
    >
      <CodeBlock text={text} />
    </Section>
  );
}

const secretCode = (name: string) => ({
  typescript: `import { secret } from "praetor-flow";

const value = await secret.get(${JSON.stringify(name)});`,
  python: `from prefect.blocks.system import Secret

value = Secret.load(${JSON.stringify(name)}).get()`,
});

const blockCode = (slug: string, name: string) => ({
  typescript: `import { block } from "praetor-flow";

const values = await block.load(${JSON.stringify(slug)}, ${JSON.stringify(name)});`,
  python: `from prefect.blocks.core import Block

block = Block.load(${JSON.stringify(`${slug}/${name}`)})`,
});
