/** How code reads a variable. */
export const snippets = (name: string) => ({
  typescript: `import { variable } from "praetor-flow";

const value = await variable.get(${JSON.stringify(name)});`,
  python: `from prefect.variables import Variable

value = Variable.get(${JSON.stringify(name)})`,
});
