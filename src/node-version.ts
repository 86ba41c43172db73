// Imported before anything else: on an older Node, what follows would fail with an error that says nothing of it.

const oldest = 24;
const { node } = process.versions;

if (Number.parseInt(node, 10) < oldest)
  throw new Error(
    `praetor-flow needs Node ${oldest} or newer, this is Node ${node}. Install it from https://nodejs.org.`,
  );
