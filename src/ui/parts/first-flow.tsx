import { Empty } from "../kit/panel.tsx";

const firstFlow = `import { flow, task } from "praetor-flow";

const double = task({ name: "double" }, async (n: number) => n * 2);
const hello = flow({ name: "hello" }, async () => double(21));

await hello();`;

/** What a page says that nothing has happened for yet: the code that would change it. */
export function FirstFlow({ title }: { title: string }) {
  return (
    <Empty title={title} code={firstFlow}>
      Save this as <code>hello.ts</code> and start it with <code>node hello.ts</code>. The run appears here.
    </Empty>
  );
}
