// What mail programs do not know of the pages named, and what is unsound in them: one JSON document on stdout.
// Nothing is fetched: both tools bring what they know along.
import { readFileSync } from "node:fs";
import { caniemail } from "caniemail";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";

const CLIENTS = ["gmail.*", "outlook.*", "apple-mail.*"];
const LEVELS = { errors: "unknown", warnings: "partly" };

function features(html) {
  const found = {};
  const { issues } = caniemail({ clients: CLIENTS, html });
  for (const kind of Object.keys(LEVELS)) {
    for (const [client, list] of issues[kind]) {
      for (const { title } of list) {
        const feature = (found[title] ??= { unknown: [], partly: [] });
        const clients = feature[LEVELS[kind]];
        if (!clients.includes(client)) clients.push(client);
      }
    }
  }
  return found;
}

async function rules(html) {
  const config = { root: true, extends: ["html-validate:recommended"] };
  const report = await new HtmlValidate(new FileSystemConfigLoader(config)).validateString(html);
  const found = {};
  for (const { messages } of report.results) {
    for (const { ruleId, message, line } of messages) (found[ruleId] ??= []).push(`line ${line}: ${message}`);
  }
  return found;
}

const answer = {};
for (const path of process.argv.slice(2)) {
  const html = readFileSync(path, "utf8");
  answer[path] = { features: features(html), rules: await rules(html) };
}
process.stdout.write(JSON.stringify(answer));
