// Every audit of graphql-http against the server at argv[2], as whoever holds the key argv[3]; one line of JSON each.
import { serverAudits } from "graphql-http";

const [, , url, key] = process.argv;
const fetchFn = (to, more = {}) => fetch(to, { ...more, headers: { ...more.headers, authorization: `Bearer ${key}` } });
for (const audit of serverAudits({ url, fetchFn })) {
  const { status, reason } = await audit.fn();
  process.stdout.write(`${JSON.stringify({ id: audit.id, name: audit.name, status, reason: reason ?? null })}\n`);
}
