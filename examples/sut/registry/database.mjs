// SQLite by Debian's command-line program, kept open behind two pipes: one statement at a time, rows as JSON.
import { spawn } from "node:child_process";

const END = "-- end of the answer --";

export class Database {
  #shell = spawn("sqlite3", ["-json", "-bail", ":memory:"], { stdio: ["pipe", "pipe", "inherit"] });
  #text = "";
  #waiting = [];

  constructor() {
    this.#shell.stdout.setEncoding("utf8");
    this.#shell.stdout.on("data", (text) => this.#heard(text));
  }

  /** The rows of a statement; `?` stands for the values, in their order. */
  async all(statement, ...values) {
    let place = 0;
    const text = statement.replaceAll("?", () => quoted(values[place++]));
    const answer = new Promise((resolve) => this.#waiting.push(resolve));
    this.#shell.stdin.write(`${text};\n.print ${JSON.stringify(END)}\n`);
    const rows = await answer;
    return rows.trim() ? JSON.parse(rows) : [];
  }

  async one(statement, ...values) {
    return (await this.all(statement, ...values))[0];
  }

  close() {
    this.#shell.stdin.end();
  }

  #heard(text) {
    this.#text += text;
    for (;;) {
      const end = this.#text.indexOf(END);
      if (end < 0) return;
      const rows = this.#text.slice(0, end);
      this.#text = this.#text.slice(end + END.length).trimStart();
      this.#waiting.shift()(rows);
    }
  }
}

function quoted(value) {
  if (value === null || value === undefined) return "NULL";
  return typeof value === "number" ? String(value) : `'${String(value).replaceAll("'", "''")}'`;
}
