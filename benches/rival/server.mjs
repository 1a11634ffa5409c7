// The rival of the ingestion benchmark: rows of participations come as JSON and go into PostgreSQL in one durable
// statement. No token, no rules, no pseudonyms, no version, no journal.
import http from "node:http";
import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 8 });

const types = { first_version: "bigint", salt: "bytea", record_hash: "bytea" };

function statement(names) {
  const arrays = names.map((name, place) => `$${place + 1}::${types[name] ?? "text"}[]`);
  return `INSERT INTO participations (${names.join(", ")}) SELECT * FROM unnest(${arrays.join(", ")})`;
}

async function store(rows) {
  const names = Object.keys(rows[0]);
  const columns = names.map((name) => rows.map((row) => row[name]));
  // A named statement is prepared once per connection.
  await pool.query({ name: "store", text: statement(names), values: columns });
}

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", async () => {
    try {
      const rows = JSON.parse(Buffer.concat(chunks));
      await store(rows);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ stored: rows.length }));
    } catch (error) {
      console.error(error.message);
      response.writeHead(500);
      response.end();
    }
  });
});

server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}/`));
