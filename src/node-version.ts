// Imported first: on an older Node, later imports fail with an error that does not mention the version.

const oldest = 24;
const { node } = process.versions;

if (Number.parseInt(node, 10) < oldest)
  throw new Error(
    `praetor-flow needs Node ${oldest} or newer, this is Node ${node}. Install it from https://nodejs.org.`,
  );
