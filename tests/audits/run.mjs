// Runs every audit of graphql-http against a server: node run.mjs http://127.0.0.1:4000/graphql
// Exits 1 and lists what failed, whatever its level (MUST, SHOULD or MAY).
import { serverAudits } from "graphql-http";

const url = process.argv[2];
if (!url) {
  console.error("usage: node run.mjs <url of the GraphQL endpoint>");
  process.exit(2);
}

const audits = serverAudits({ url, fetchFn: fetch });
const failed = [];
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== "ok") failed.push(`${result.status}: ${audit.id} ${audit.name}: ${result.reason}`);
}
console.log(`${audits.length - failed.length} of ${audits.length} audits pass`);
failed.forEach((line) => console.error(line));
process.exit(failed.length === 0 ? 0 : 1);
