// node .ci/sarif/check.mjs FILE…: holds files of SARIF against the schema, and against Microsoft's rules for SARIF and for GitHub.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

// The program itself: its wrapper goes through a shell, which ends the command at the semicolon of --rule-kind.
const multitool = createRequire(import.meta.url)('@microsoft/sarif-multitool');

/** What may be wrong, by the ids of the rule and of its message, and why. */
const letThrough = {
  // pgposture has no page of its own on the web.
  'SARIF2005 Warning_ProvideToolnformationUri': true,
};

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

const ajv = addFormats.default(new Ajv2020({ allErrors: true, strict: false }));
const isSarif = ajv.compile(readJson(join(dirname(multitool), 'sarif-2.1.0.json')));

const againstSchema = (file) =>
  isSarif(readJson(file))
    ? []
    : isSarif.errors.map(({ instancePath, message }) => `${file}: ${instancePath} ${message}`);

/** What it finds is in its output: it ends with 0 all the same. Notes it leaves out by itself. */
function againstRules(files, output) {
  const args = ['validate', ...files, '--rule-kind', 'Sarif;Gh', '--output', output, '--quiet'];
  const { status, stdout, stderr } = spawnSync(multitool, args, { encoding: 'utf8' });
  if (status !== 0) return [`The multitool ended with ${status}: ${stdout}${stderr}`];
  const [{ results, invocations, artifacts }] = readJson(output).runs;
  const whole = invocations.every(({ executionSuccessful }) => executionSuccessful);
  const found = results.filter(({ ruleId, message }) => !letThrough[`${ruleId} ${message.id}`]);
  return [
    ...(whole ? [] : ['The multitool broke off.']),
    ...found.map(({ ruleId, message, locations: [{ physicalLocation }] }) => {
      const { uri, index } = physicalLocation.artifactLocation;
      return `${uri ?? artifacts[index].location.uri}: ${ruleId} ${message.id}: ${message.arguments.join(', ')}`;
    }),
  ];
}

const files = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'pgposture-sarif-'));
const wrong = [...files.flatMap(againstSchema), ...againstRules(files, join(folder, 'found.sarif'))];
rmSync(folder, { recursive: true });
console.log([...wrong, `${files.length} files, ${wrong.length} faults.`].join('\n'));
process.exitCode = wrong.length === 0 ? 0 : 1;
