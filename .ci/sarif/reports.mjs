// node .ci/sarif/reports.mjs FOLDER: writes the reports of the tests, with names of every hostile kind, as SARIF.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const { reporters } = require('../../dist/reporters');
const { view } = require('../../dist/test/support/report');
const { allReports } = require('../../dist/test/support/reports');

const [, , folder] = process.argv;
// Each hostile name once: one report is enough for suppressions.
const reports = [...(await allReports())].filter(([name]) => !name.endsWith(', suppressed'));
reports.forEach(([, report], i) => {
  writeFileSync(join(folder, `${i}.sarif`), reporters.sarif(report, { ...view, sarifSuppressed: true }));
});
