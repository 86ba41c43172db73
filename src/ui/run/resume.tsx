import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef } from "react";
import { type FlowRun, flowRuns } from "../../schema/flow-runs.ts";
import { Json } from "../../schema/scalars.ts";
import { query, useCommand } from "../api.ts";
import { Failed } from "../kit/panel.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { Ask } from "../parts/ask.tsx";
import { CliTwin } from "../parts/copy.tsx";
import { quoted } from "../parts/curl.ts";
import { refusalOf } from "../parts/run-actions.ts";
import { SchemaForm, useSchemaForm } from "../parts/schema-form.tsx";

type Submit = () => Json | undefined;

/** Lets a paused run go on; where it waits for input, asks for that first. */
export function Resume({ run, onClose }: { run: FlowRun; onClose: () => void }) {
  const resume = useCommand(flowRuns.resume);
  const submit = useRef<Submit>(undefined);
  const keys = run.state?.state_details.run_input_keyset;
  const act = async () => {
    const run_input = keys?.schema ? submit.current?.() : null;
    if (run_input === undefined) return false;
    const refusal = refusalOf(await resume.mutateAsync({ id: run.id, run_input }));
    if (refusal !== undefined) throw new Error(refusal);
    return true;
  };
  return (
    <Ask
      title={`Resume ${run.name}`}
      description={
        run.state?.state_details.pause_reschedule
          ? "Its process has ended: the run is scheduled again, and what it finished before is not repeated."
          : "Its process goes on from where it paused."
      }
      verb="Resume"
      keep="Keep it paused"
      done={`Resumed ${run.name}`}
      act={act}
      onClose={onClose}
      {...(!keys?.schema && { command: commandOf(run.id) })}
    >
      {keys?.schema && <WantedInput run={run} keys={keys} submit={submit} />}
    </Ask>
  );
}

const commandOf = (id: string, input?: Json): string =>
  `praetor flow-run resume ${id}${input ? ` --input ${quoted(JSON.stringify(input))}` : ""}`;

interface WantedProps {
  run: FlowRun;
  keys: Record<string, string>;
  submit: RefObject<Submit | undefined>;
}

/** What the run wants to know, as it left word of it. */
function WantedInput({ run, keys, submit }: WantedProps) {
  const schema = useQuery({
    ...query(flowRuns.readInput, { id: run.id, key: keys.schema ?? "" }),
    meta: { live: "none" },
  });
  const description = useQuery({
    ...query(flowRuns.readInput, { id: run.id, key: keys.description ?? "" }),
    enabled: keys.description !== undefined,
    meta: { live: "none" },
  });
  if (schema.isError)
    return <Failed what="What it asks for" error={schema.error} onRetry={() => void schema.refetch()} />;
  if (schema.isPending) return <Skeleton className="h-24 w-full" />;
  return (
    <>
      {typeof description.data === "string" && (
        <p className="break-words whitespace-pre-wrap">{description.data}</p>
      )}
      <InputForm id={run.id} schema={Json.safeParse(schema.data).data ?? null} submit={submit} />
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
      <CliTwin command={commandOf(id, form.value)} />
    </>
  );
}
