import { useRef } from "react";
import type { FlowRun } from "../../schema/flow-runs.ts";
import type { Json } from "../../schema/scalars.ts";
import { Button } from "../kit/controls/button.tsx";
import { type Submit, WantedInput } from "../waiting/wanted-input.tsx";

interface Props {
  run: FlowRun;
  isBusy: boolean;
  onAnswer: (input: Json) => Promise<void>;
  onClose: () => void;
}

/** The form that a paused run asks to be filled in, in its place in the list. */
export function Answer({ run, isBusy, onAnswer, onClose }: Props) {
  const submit = useRef<Submit>(undefined);
  return (
    <form
      noValidate
      aria-label={`Answer to ${run.name}`}
      className="flex flex-col gap-3 border-t pt-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        const input = submit.current?.();
        if (input !== undefined) void onAnswer(input);
      }}
    >
      <WantedInput run={run} keys={run.state?.state_details.run_input_keyset ?? {}} submit={submit} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Close</Button>
        <Button type="submit" variant="primary" disabled={isBusy}>
          Send and resume
        </Button>
      </div>
    </form>
  );
}
