import { useIsPraetor } from "../api.ts";
import { Empty } from "../kit/panel.tsx";

const firstFlow = `import { flow, task } from "praetor-flow";

const double = task({ name: "double" }, async (n: number) => n * 2);
const hello = flow({ name: "hello" }, async () => double(21));

await hello();`;

const firstPythonFlow = `from prefect import flow, task

@task
def double(n: int) -> int:
    return n * 2

@flow
def hello():
    return double(21)

hello()`;

/** What a page says that nothing has happened for yet: the code that would change it. */
export function FirstFlow({ title }: { title: string }) {
  const isPraetor = useIsPraetor();
  const [file, program] = isPraetor ? ["hello.ts", "node"] : ["hello.py", "python"];
  return (
    <Empty title={title} code={isPraetor ? firstFlow : firstPythonFlow}>
      Save this as <code>{file}</code> and start it with <code>{`${program} ${file}`}</code>. The run appears
      here.
    </Empty>
  );
}
