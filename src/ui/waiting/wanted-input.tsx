import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect } from "react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { Json } from "../../schema/scalars.ts";
import { query } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { Markdown } from "../markdown/markdown.tsx";
import { CliCommand } from "../parts/actions/copy.tsx";
import { quoted } from "../parts/actions/curl.ts";
import { SchemaForm, useSchemaForm } from "../schema-form/schema-form.tsx";

export type Submit = () => Json | undefined;

export const commandOf = (id: string, input?: Json): string =>
  `praetor flow-run resume ${id}${input ? ` --input ${quoted(JSON.stringify(input))}` : ""}`;

interface WantedProps {
  run: FlowRun;
  keys: Record<string, string>;
  submit: RefObject<Submit | undefined>;
}

/** What the run wants to know, as it left word of it. */
export function WantedInput({ run, keys, submit }: WantedProps) {
  const { schema: key = "", description = "" } = keys;
  // One list, as a description need not be there, and what is not there is no error.
  const left = useQuery({
    ...query(flowRuns.filterInput, { id: run.id, prefix: key.replace(/schema$/, ""), limit: 20 }),
    meta: { live: "none" },
    // The run stores its form right after it has paused: what comes before is of an earlier attempt, and deleted.
    refetchInterval: ({ state: { data } }) => (data?.some((input) => input.key === key) ? false : 1000),
  });
  if (left.isError)
    return <Failed what="Requested input" error={left.error} onRetry={() => void left.refetch()} />;
  if (left.isPending) return <Skeleton className="h-24 w-full" />;
  const read = (name: string): unknown => {
    const found = left.data.find((input) => input.key === name);
    return found && JSON.parse(found.value);
  };
  const words = read(description);
  return (
    <>
      {typeof words === "string" && <Markdown text={words} />}
      <InputForm
        key={left.data.some((input) => input.key === key) ? "asked" : "not yet"}
        id={run.id}
        schema={Json.safeParse(read(key)).data ?? null}
        submit={submit}
      />
    </>
  );
}

function InputForm({
  id,
  schema,
  submit,
}: {
  id: string;
  schema: Json | null;
  submit: WantedProps["submit"];
}) {
  const form = useSchemaForm({ schema, value: {} });
  useEffect(() => {
    submit.current = form.submit;
    return () => {
      submit.current = undefined;
    };
  }, [form.submit, submit]);
  return (
    <>
      <SchemaForm form={form} label="Input" />
      <CliCommand command={commandOf(id, form.value)} />
    </>
  );
}
