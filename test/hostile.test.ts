import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { parse as parseCsv } from 'csv-parse/sync';
import type { Log } from 'sarif';
import type { Tenant } from '../emulator';
import { printable } from '../helpers/printable';
import type { Report } from '../types';
import { type Outcome, spawnCli } from './support/cli';
import { startEmulator, startManagedIdentity } from './support/emulator';
import { certificateFile, temporaryFolder } from './support/folder';
import { type OcsfEvent, problemsOf } from './support/ocsf';
import { obeyed } from './support/pipelineLog';
import { elements, rendered, tables } from './support/rendered';
import { hostileNames } from './support/report';
import { parseXml, type XmlElement } from './support/xml';

const names = [
  ...hostileNames,
  "=cmd|'/c calc'!A1",
  'a,b"c',
  '%0A::error::x',
  ']]>',
  '`code`|**b**',
  '😀 \u202e',
  '\u001b]8;;x\u0007',
];
/** A slash in the name of a server would be another id. */
const serverNames = names.filter((name) => !/[/]|\p{Cs}/u.test(name));

const hostile: Tenant = {
  tenantId: 'ffffffff-0000-4000-8000-00000000000f',
  parameterCount: 12,
  subscriptions: names.map((displayName, i) => ({
    subscriptionId: `0000000${i % 10}-0000-4000-8000-0000000000${`${i}`.padStart(2, '0')}`,
    displayName,
    ...(i === 0 && {
      singleServers: serverNames.map((name, j) => ({
        name,
        properties: { sslEnforcement: j % 2 ? 'Disabled' : 'Enabled' },
      })),
      flexibleServers: serverNames.map((name, j) => ({
        name,
        parameters: { require_secure_transport: ['on', 'off', name][j % 3] ?? '', ssl_min_protocol_version: 'TLSv1.2' },
      })),
    }),
  })),
};

const files = {
  json: 'report.json',
  html: 'report.html',
  sarif: 'report.sarif',
  junit: 'junit.xml',
  csv: 'report.csv',
  markdown: 'summary.md',
  ocsf: 'report.ocsf.json',
};

const withoutColours = (text: string) =>
  text
    .split('\u001b[')
    .map((part, i) => (i > 0 ? part.replace(/^\d+m/, '') : part))
    .join('');

describe('a tenant of hostile names, in all formats at once', () => {
  const folder = temporaryFolder();
  const text = (run: string, format: keyof typeof files) =>
    readFileSync(join(folder, `${run}-${files[format]}`), 'utf8');
  const runs: Outcome[] = [];
  let report: Report;

  before(async () => {
    const { endpoint } = await startEmulator(hostile);
    const ca = await certificateFile(folder);
    const identity = await startManagedIdentity();
    for (const [run, platform] of [
      ['one', { GITHUB_ACTIONS: 'true' }],
      ['two', { TF_BUILD: 'True' }],
    ] as const) {
      const argv = ['scan', '--arm-endpoint', endpoint, '--ca-file', ca, '--console', run === 'one' ? 'text' : 'table'];
      const outputs = Object.entries(files).flatMap(([format, file]) => [
        `--${format}`,
        join(folder, `${run}-${file}`),
      ]);
      runs.push(await spawnCli([...argv, ...outputs], { env: { ...identity, ...platform, FORCE_COLOR: '1' } }));
    }
    report = JSON.parse(text('one', 'json')) as Report;
  });

  it('is scanned, and every server is there', () => {
    assert.deepEqual(
      runs.map(({ code }) => code),
      [1, 1],
      runs[0]?.stderr,
    );
    assert.equal(report.summary.servers, serverNames.length * 2);
    assert.deepEqual(new Set(report.results.map(({ resource }) => resource.name)), new Set(serverNames));
    for (const status of ['PASS', 'FAIL', 'UNKNOWN'] as const) assert.ok(report.summary[status] > 3, status);
  });

  it('is the same, byte for byte but for the times, when it is scanned again', () => {
    const times = /"?\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+Z)?| \d\d:\d\d UTC)?"?|(?<=time":)\d{13}/g;
    for (const format of Object.keys(files) as (keyof typeof files)[]) {
      assert.equal(text('one', format).replaceAll(times, ''), text('two', format).replaceAll(times, ''), format);
    }
  });

  it('commands no pipeline but by our annotations', () => {
    for (const [i, platform] of (['github', 'azure'] as const).entries()) {
      const { stdout = '', stderr = '' } = runs[i] ?? {};
      assert.deepEqual(obeyed(stdout, platform), []);
      const annotated = obeyed(stderr, platform);
      assert.equal(annotated.length, stderr.trim().split('\n').length);
      for (const { name, text } of annotated) {
        assert.match(name, /^(error|warning|task\.logissue)$/);
        assert.equal(text, printable(text));
      }
      for (const format of Object.keys(files) as (keyof typeof files)[])
        assert.deepEqual(obeyed(text('one', format), platform), [], format);
    }
  });

  it('writes no escape sequence but our colours', () => {
    for (const { stdout, stderr } of runs) {
      const others = withoutColours(stdout).match(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu);
      assert.deepEqual([others, stderr.includes('\u001b')], [null, false]);
    }
  });

  it('has one row for each result in CSV, and no formula', () => {
    const rows = parseCsv<Record<string, string>>(text('one', 'csv'), { columns: true });
    assert.equal(rows.length, report.results.length);
    for (const row of rows) for (const cell of Object.values(row)) assert.doesNotMatch(cell, /^\s*[=+\-@]/);
    assert.deepEqual(
      rows.map(({ status, plugin }) => `${status} ${plugin}`),
      report.results.map(({ status, plugin }) => `${status} ${plugin}`),
    );
  });

  it('has one event for each result in OCSF, as its schema wants it', () => {
    const events = JSON.parse(text('one', 'ocsf')) as OcsfEvent[];
    assert.deepEqual(
      events.map(({ status_code }) => status_code),
      report.results.map(({ status }) => status),
    );
    for (const event of events) assert.deepEqual(problemsOf(event), []);
  });

  it('has one case for each result in JUnit', () => {
    const all = (element: XmlElement): XmlElement[] => [element, ...element.children.flatMap(all)];
    const elementsOf = (name: string) => all(parseXml(text('one', 'junit'))).filter((each) => each.name === name);
    assert.equal(elementsOf('testcase').length, report.results.length);
    assert.equal(elementsOf('failure').length, report.summary.FAIL);
    assert.equal(elementsOf('error').length, report.summary.UNKNOWN);
    const fullNames = elementsOf('testcase').map(({ attributes: { classname, name } }) => `${classname}.${name}`);
    assert.equal(new Set(fullNames).size, fullNames.length);
  });

  it('has one result for each FAIL and WARN in SARIF, each with a place', () => {
    const [run] = (JSON.parse(text('one', 'sarif')) as Log).runs;
    assert.equal(run?.results?.length, report.summary.FAIL + report.summary.WARN);
    const uris =
      run?.results?.map(({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '') ?? [];
    for (const uri of uris)
      assert.match(
        uri,
        /^azure\/(?:[\w.!~*'()-]|%[0-9A-F]{2})+\/(?:[\w.!~*'()-]|%[0-9A-F]{2})+\/(?:[\w.!~*'()-]|%[0-9A-F]{2})+$/,
      );
  });

  it('is rendered from Markdown without an element that we did not write', () => {
    const page = rendered(text('one', 'markdown'));
    assert.deepEqual(
      elements(page, 'script', 'img', 'a', 'em', 'strong', 'del').map(({ tagName }) => tagName),
      [],
    );
    const cells = tables(page).flat(2);
    for (const name of serverNames)
      assert.ok(
        cells.some((cell) => cell.split('\n')[0] === printable(name)),
        JSON.stringify(name),
      );
  });
});
