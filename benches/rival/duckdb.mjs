// The rival of the consolidation benchmark: flat rows of whole numbers in DuckDB, in memory, on every core.
// Its one argument says the file, the columns, the questions and how often each is asked; it prints times and answers.
import { DuckDBInstance } from "@duckdb/node-api";

const { file, columns, questions, times } = JSON.parse(process.argv[2]);
const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run(`CREATE TABLE stays (${columns})`);
await connection.run(`COPY stays FROM '${file}' (HEADER false)`);

const answers = [];
for (const question of questions) {
  const prepared = await connection.prepare(question);
  const taken = [];
  let told;
  // Once before it is timed.
  for (let time = 0; time <= times; time++) {
    const began = process.hrtime.bigint();
    const rows = (await prepared.runAndReadAll()).getRows();
    if (time > 0) taken.push(Number(process.hrtime.bigint() - began) / 1e6);
    told = rows[0][0];
  }
  answers.push({ times: taken, told });
}
console.log(JSON.stringify(answers));
