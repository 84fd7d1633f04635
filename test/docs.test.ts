import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { clouds } from '../collectors';
import { complianceOf } from '../helpers/assessed';
import { plugins } from '../plugins';
import { frameworks } from '../types';
import { runAction } from './support/action';
import { consumer } from './support/consumer';
import { callFaults, connectionFaults } from './support/faults';
import { root } from './support/root';
import { reportTypes, type Schema } from './support/schema';

function demo(): string {
  const args = [join(root, 'dist/cli/index.js'), 'scan', '--demo', '--severity', 'high', '--ignore-ok'];
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, FORCE_COLOR: '0' } });
  return `\`\`\`\n${stdout.trim()}\n\`\`\``;
}

function pluginTable(): string {
  const rows = plugins.map(({ id, severity, title, needs }) => {
    const settings = Object.keys(needs).map((need) => `\`${need}\``);
    return `| [\`${id}\`](docs/plugins/${id}.md) | ${severity} | ${title} | ${settings.join(', ')} |`;
  });
  return ['| plugin | severity | PASS proves | rests on |', '|---|---|---|---|', ...rows].join('\n');
}

/** What somebody sees who forgot all that a credential needs. */
function missing(): string {
  const argv = ['scan', '--credential', 'github-actions'];
  const { stderr } = spawnSync(process.execPath, [join(root, 'dist/cli/index.js'), ...argv], {
    encoding: 'utf8',
    env: {},
  });
  return `\`\`\`\n$ pgposture ${argv.join(' ')}\n${stderr.trim()}\n\`\`\``;
}

function cloudTable(): string {
  const host = (url: string) => `\`${new URL(url).host}\``;
  const rows = Object.entries(clouds).map(
    ([name, { armEndpoint, authorityHost, audience }]) =>
      `| \`${name}\` | ${host(armEndpoint)} | ${host(authorityHost)} | \`${audience ?? armEndpoint}\` |`,
  );
  const head = '| `--cloud` | Azure Resource Manager | Microsoft Entra ID | audience of the token |';
  return [head, '|---|---|---|---|', ...rows].join('\n');
}

/** Each type of the report, with its fields or its words. */
const fieldTables = (): string =>
  Object.entries(reportTypes)
    .map(([name, type]) => [`### ${name}`, '', text(type), '', ...content(type)].join('\n'))
    .join('\n\n');

function content(type: Schema): string[] {
  const { properties, anyOf, required = [] } = type;
  if (properties) {
    const rows = Object.entries(properties).map(([name, each]) => {
      const always = required.includes(name) ? '' : ', not always';
      return `| \`${name}\` | ${shape(each)}${always} | ${text(each)} |`;
    });
    return ['| field | type | meaning |', '|---|---|---|', ...rows];
  }
  if (anyOf) {
    const rows = anyOf.flatMap((each) => (each.const ? `| \`${each.const}\` | ${text(each)} |` : []));
    return ['| word | meaning |', '|---|---|', ...rows];
  }
  return [`Type: ${shape(type)}.`];
}

const text = ({ description = '' }: Schema) => description.replace(/[<|]/g, '\\$&');

function shape(schema: Schema): string {
  const { $ref, items, additionalProperties: values } = schema;
  const name = $ref?.split('/').at(-1);
  if (name) return `[${name}](#${name.toLowerCase()})`;
  if (items) return `list of ${shape(items)}`;
  if (values) return `object of ${values === true ? 'any JSON' : shape(values)}`;
  const words = schema.enum ?? schema.const ?? [];
  return [...[words].flat().map((word) => `\`${word}\``), ...[schema.type ?? []].flat()].join(' or ');
}

/** What the matrix of faults has tried. */
function faultTable(): string {
  const rows = [...callFaults, ...connectionFaults].map(
    ({ name, attempts, kind }) => `| ${name.replace(/[<|]/g, '\\$&')} | ${attempts} | \`${kind}\` |`,
  );
  return ['| what one call meets | attempts | what is left if it stays |', '|---|---|---|', ...rows].join('\n');
}

const session = (...commands: readonly string[]): string => sessionWith({}, commands);

/** What these commands print, one after another in one folder, in which these files are. */
function sessionWith(files: Readonly<Record<string, string>>, commands: readonly string[]): string {
  const cwd = mkdtempSync(join(tmpdir(), 'pgposture-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const script = `pgposture() { '${process.execPath}' '${join(root, 'dist/cli/index.js')}' "$@"; }`;
  const lines = commands.map((command) => {
    const { output } = spawnSync('bash', ['--norc', '-c', `exec 2>&1; ${script}; ${command}`], {
      cwd,
      encoding: 'utf8',
    });
    return `$ ${command}\n${(output?.[1] ?? '').trim()}`;
  });
  rmSync(cwd, { recursive: true });
  return `\`\`\`\n${lines.join('\n')}\n\`\`\``;
}

const shards = () =>
  session(
    'pgposture scan --demo --severity high --shard 1/2 --json shard-1.json | head -4',
    'pgposture scan --demo --severity high --shard 2/2 --json shard-2.json | head -3',
    'pgposture merge shard-2.json shard-1.json | head -3',
    'pgposture merge shard-2.json',
  );

const falls = () =>
  session(
    'id=$(printf %s 11F7A4C2-0c1d-4a64-9d0e-3a5b7c9d1e01 | tr A-Z a-z)\necho $((0x$(printf %s $id | sha256sum | cut -c 1-12) % 4 + 1))',
  );

// Of one plugin: a new one must change no page but its own, and the lists of all.
const floor = '--plugin flexibleServerSslMinProtocolVersion';

const gate = () =>
  session(
    `pgposture scan --demo --console none ${floor} --fail-severity high --allow-unknown=stopped,forbidden; echo $?`,
    `pgposture scan --demo --console none ${floor} --fail-on never --allow-unknown; echo $?`,
  );

const pci = ['scan', '--demo', '--compliance', 'pci', ...floor.split(' ')];

const compliance = () => session(`pgposture ${pci.join(' ')} --console text | grep '^PCI'`);

/** One control, as it stands in Markdown. */
function controls(): string {
  const argv = [join(root, 'dist/cli/index.js'), ...pci, '--markdown', '-'];
  const { stdout } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  const section = /^### Controls of PCI$[\s\S]*?(?=^### )/m.exec(stdout)?.[0] ?? '';
  const rows = section.split('\n').filter((line) => /^\| (State|---|.*&#52;\.2\.1<)/.test(line));
  return rows.join('\n');
}

/** Each control of each framework, and the plugins that are mapped to it. */
function mappings(): string {
  const rows = complianceOf({ results: [], scopes: [], complete: true }, plugins, frameworks).flatMap(
    ({ framework, name, controls }) =>
      controls.map(({ edition, control, level, own, notRun }) => {
        const number = `${control}${level === undefined ? '' : ` (level ${level})`}`;
        const ids = notRun.map((id) => `\`${id}\``).join(', ');
        return `| \`${framework}\` | ${name} ${edition} | ${number} | ${own ? '**ours**' : 'published'} | ${ids} |`;
      }),
  );
  return ['| `--compliance` | edition | control | mapping | plugins |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** The file of the page, and what comes of it. */
function suppressions(): string {
  const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
  const [, file = ''] = /<!-- suppressions-file -->\n```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  return sessionWith({ 'pgposture.suppressions.yaml': file }, [
    'pgposture scan --demo --severity high --ignore-ok --console text; echo $?',
  ]);
}

/** At another time another day stands in it. */
const baseline = () =>
  session(
    `pgposture scan --demo --console none ${floor} --json monday.json; echo $?`,
    `pgposture scan --demo --console none ${floor} --baseline monday.json; echo $?`,
    `pgposture scan --demo --console none ${floor} --setting minimumTlsVersion=1.3 --json tuesday.json; echo $?`,
    'pgposture diff monday.json tuesday.json; echo $?',
  ).replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, '2026-11-22 08:00');

/** At another time another day stands in it. */
const remediate = () =>
  session(
    'pgposture scan --demo --console none --plugin flexibleServerRequireSecureTransport --json report.json; echo $?',
    'pgposture remediate report.json --output fix.sh',
    'cat fix.sh',
    "sed -n '/^# ──/,$p' undo.sh",
    'pgposture remediate report.json --output fix-again.sh; echo $?',
  ).replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, '2026-11-22 08:00');

/** What the steps of the action leave behind. */
function actionSteps(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-'));
  const { scan, decide } = runAction(folder, { credential: '', arguments: '--demo\n--severity\nhigh' });
  rmSync(folder, { recursive: true });
  const outputs = Object.entries(scan.outputs).map(([name, value]) => `${name}=${value}`);
  const summary = scan.summary.split('\n', 1)[0] ?? '';
  const parts = [
    `# Scan, the log\n${scan.stdout}${scan.stderr}`,
    `# Scan, its outputs\n${outputs.join('\n').replaceAll(folder, '$RUNNER_TEMP')}\n`,
    `# Scan, the first of ${scan.summary.length} characters of the summary\n${summary}\n`,
    `# Decide\nexit code ${decide.status}`,
  ];
  return `\`\`\`\n${parts.join('\n')}\n\`\`\``;
}

const yamlOf = (path: string) => () => `\`\`\`yaml\n${readFileSync(join(root, path), 'utf8').trim()}\n\`\`\``;

/** What stands between `<!-- name -->` and `<!-- /name -->` is made here; `npm run docs` writes it. */
const generated: Readonly<Record<string, Readonly<Record<string, () => string>>>> = {
  'README.md': { demo, plugins: pluginTable },
  'docs/ci.md': {
    gate,
    suppressions,
    baseline,
    action: actionSteps,
    azure: yamlOf('pipelines/azure-pipelines.yml'),
    gitlab: yamlOf('pipelines/gitlab-ci.yml'),
  },
  'docs/compliance.md': { compliance, controls, mappings },
  'docs/reliability.md': { faults: faultTable },
  'docs/remediation.md': { remediate },
  'docs/report.md': { fields: fieldTables },
  'docs/scale.md': { shards, falls },
  'docs/sign-in.md': { missing, clouds: cloudTable },
};

for (const [file, blocks] of Object.entries(generated)) {
  describe(file, () => {
    const path = join(root, file);
    for (const [name, make] of Object.entries(blocks)) {
      it(`shows the ${name} as it is (if not: npm run docs)`, () => {
        const page = readFileSync(path, 'utf8');
        const block = new RegExp(`(<!-- ${name} -->\n)([\\s\\S]*?)(\n<!-- /${name} -->)`);
        if (process.env.UPDATE_DOCS)
          writeFileSync(
            path,
            page.replace(block, (_, open, __, close) => open + make() + close),
          );
        else assert.equal(block.exec(page)?.[2], make());
      });
    }
  });
}

describe('the script of docs/report.md', () => {
  const [, script = ''] = /```js\n([\s\S]*?)```/.exec(readFileSync(join(root, 'docs/report.md'), 'utf8')) ?? [];
  const report = readFileSync(join(root, 'test/fixtures/report-1.json'), 'utf8');
  const rows = [
    ['accepts a report', report, ''],
    ['refuses what is none', report.replace('"status": "PASS"', '"status": "OK"'), /results\/\d+\/status/],
  ] as const;
  for (const [name, report, expected] of rows) {
    it(name, () => {
      const cwd = consumer({ 'report.json': report, 'validate.js': script });
      const { stderr } = spawnSync(process.execPath, ['validate.js'], { cwd, encoding: 'utf8' });
      rmSync(cwd, { recursive: true });
      if (expected) assert.match(stderr, expected);
      else assert.equal(stderr, expected);
    });
  }
});
