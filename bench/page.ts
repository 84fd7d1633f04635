import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { reporters } from '../reporters';
import { launchBrowser, noBrowser } from '../test/support/browser';
import { plugins, view } from '../test/support/report';
import type { Report } from '../types';
import { type Act, actsOn, type Side, showAll } from './acts';
import { barePage } from './floor/table';
import { OpenedPage } from './openedPage';
import { benchOptions, tenth } from './options';
import { reportOn, type Wrong } from './results';
import { machine, median, printTable, type Row, ratio } from './table';

const { rounds, short } = benchOptions(3);
const scale = (number: number) => (short ? tenth(number) : number);
const servers = scale(scale(10_000));
const screens = scale(50);

/** What was measured, by its name; with the same names on each side. */
type Measured = Readonly<Record<string, number>>;

/** Makes the file on each side, in milliseconds; beside the page's it is `JSON.stringify` of the report that counts. */
function make(report: Report): Record<Side, { readonly text: string; readonly made: number }> {
  const timed = (reporter: () => string) => {
    const began = performance.now();
    const text = reporter();
    return { text, made: performance.now() - began };
  };
  return {
    page: timed(() => reporters.html(report, { ...view, known: plugins })),
    bare: { text: barePage(report), made: timed(() => JSON.stringify(report)).made },
  };
}

async function measureSide(browser: Browser, url: string, side: Side, acts: readonly Act[]): Promise<Measured> {
  const page = await OpenedPage.open(browser, url, short ? 0 : 300);
  const { first, shown } = await page.loaded();
  const { heap, nodes } = await page.size();
  const measured: Record<string, number> = { first, shown, heap, nodes };
  const all = await page.count();
  assert.equal(all, 2 * servers);
  for (const { name, leaves, ...act } of acts) {
    const { wall, cpu } = await page.time(act[side]);
    const left = await page.count();
    assert.ok(leaves === undefined ? left > 0 : left === leaves, `${side}, ${name}: ${left} of ${leaves}`);
    const again = await page.time(showAll[side]);
    Object.assign(measured, { [name]: wall, [`CPU of ${name}`]: cpu });
    if (name === 'status') Object.assign(measured, { all: again.wall, 'CPU of all': again.cpu });
    assert.equal(await page.count(), all);
  }
  const scrolled = await page.scroll(screens);
  await page.close();
  return { ...measured, ...scrolled };
}

async function measureBoth(browser: Browser, folder: string, report: Report): Promise<Record<Side, Measured[]>> {
  const runs: Record<Side, Measured[]> = { page: [], bare: [] };
  const acts = actsOn(report);
  make(report);
  for (let round = 0; round < rounds; round++) {
    const made = make(report);
    for (const side of ['bare', 'page'] as const) {
      const file = join(folder, `${side}.html`);
      writeFileSync(file, made[side].text);
      const measured = await measureSide(browser, pathToFileURL(file).href, side, acts);
      runs[side].push({ ...measured, made: made[side].made, bytes: Buffer.byteLength(made[side].text) / 1e6 });
    }
  }
  return runs;
}

/** @param atMost of the ratio; a text is about the page alone. */
function rowOf(
  runs: Record<Side, readonly Measured[]>,
  what: string,
  name: string,
  unit: string,
  atMost: number | string,
): Row {
  const names = [name, `CPU of ${name}`].filter((each) => runs.page.some((run) => each in run));
  const of = (side: Side) => names.map((each) => median(runs[side].map((run) => run[each] ?? Number.NaN)));
  const said = (values: readonly number[]) => values.map((value) => `${inDigits(value)}${unit}`).join(', ');
  const [page, bare] = [of('page'), of('bare')];
  return {
    what,
    page: said(page),
    'bare table': said(bare),
    ratio: typeof atMost === 'number' ? page.map((value, i) => ratio(value, bare[i] ?? Number.NaN)).join(', ') : '',
    'at most': typeof atMost === 'number' ? atMost.toFixed(2) : atMost,
  };
}

/** A digit after the point for what is small. */
const inDigits = (value: number) => value.toFixed(Number.isInteger(value) || value >= 100 ? 0 : 1);

function rowsOf(runs: Record<Side, readonly Measured[]>, acts: readonly Act[]): Row[] {
  const row = (...of: [what: string, name: string, unit: string, atMost: number | string]) => rowOf(runs, ...of);
  return [
    row('made by Node: JSON.stringify of the report', 'made', ' ms', 20),
    row('file', 'bytes', ' MB', 3),
    row('first paint', 'first', ' ms', 0.75),
    row('first paint of results', 'shown', ' ms', 0.25),
    ...acts.map(({ name, what }) => row(what, name, ' ms', 0.2)),
    row('all again', 'all', ' ms', 0.2),
    row('a screen by the wheel, CPU', 'scroll', ' ms', '33 ms'),
    row(`frames over 50 ms in ${screens} screens by the wheel`, 'slow', '', '0'),
    row('the longest of all their frames', 'longest', ' ms', '50 ms'),
    row('frames with no row where one should be', 'blank', '', '0'),
    row('JavaScript heap', 'heap', ' MB', '12 MB'),
    row('nodes of the document', 'nodes', '', 0.05),
  ];
}

async function main(): Promise<void> {
  const browser = await launchBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'pgposture-bench-'));
  try {
    for (const wrong of ['little', 'everything'] satisfies readonly Wrong[]) {
      const report = await reportOn(servers, wrong);
      const { FAIL, UNKNOWN, WARN, PASS } = report.summary;
      const runs = await measureBoth(browser, folder, report);
      const what = `${report.results.length} results: ${FAIL} FAIL, ${UNKNOWN} UNKNOWN, ${WARN} WARN, ${PASS} PASS`;
      const where = `${machine()}, Chromium ${browser.version()}`;
      printTable(`${what}; medians of ${rounds}, by turns; ${where}`, rowsOf(runs, actsOn(report)));
    }
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true });
  }
}

if (noBrowser) {
  console.error(noBrowser);
  process.exitCode = 2;
} else {
  main();
}
