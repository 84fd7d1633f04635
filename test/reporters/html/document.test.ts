import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'parse5';
import { printableAll } from '../../../helpers/printable';
import { reporters } from '../../../reporters';
import { changesOf } from '../../../reporters/changes';
import { addressOf, everything, type Filters, filtersOf, isOfFilters, sortKeys } from '../../../reporters/html/address';
import { dataOf, type PageData, resultsOf } from '../../../reporters/html/data';
import { linkOf } from '../../../reporters/html/link';
import { severities, statuses } from '../../../types';
import { suppressedReport } from '../../support/gated';
import { elements, textOf } from '../../support/rendered';
import { mixedReport, plugins, reportOf, subscription, view } from '../../support/report';
import { allReports } from '../../support/reports';
import { root } from '../../support/root';

const known = { ...view, known: plugins };

/** The page as a browser that runs scripts reads it: what stands in `noscript` is text. */
const read = (html: string) => parse(html, { scriptingEnabled: true });

const attribute = (element: { attrs: { name: string; value: string }[] }, name: string) =>
  element.attrs.find((each) => each.name === name)?.value;

describe('the page as a document', () => {
  it('runs no script and takes no style but its own, by their hashes', async () => {
    const html = reporters.html(await mixedReport(), known);
    const document = read(html);
    const policy = elements(document, 'meta').flatMap((meta) =>
      attribute(meta, 'http-equiv') === 'Content-Security-Policy' ? [attribute(meta, 'content') ?? ''] : [],
    );
    const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
    const [data, script] = elements(document, 'script');
    const [style] = elements(document, 'style');
    assert.ok(data && script && style);
    assert.deepEqual(policy[0]?.split('; '), [
      "default-src 'none'",
      `script-src ${hash(textOf(script))}`,
      `style-src ${hash(textOf(style))}`,
      "base-uri 'none'",
      "form-action 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ]);
    assert.equal(policy.length, 1);
  });

  it('has the same elements whatever Azure says, and no handler or style in one', async () => {
    for (const [name, report] of await allReports()) {
      const document = read(reporters.html(report, known));
      assert.deepEqual(
        elements(document, 'script', 'style', 'img', 'iframe', 'object', 'link', 'base', 'form').map(
          ({ tagName }) => tagName,
        ),
        ['style', 'script', 'script'],
        name,
      );
      for (const element of elements(document)) {
        for (const { name: word, value } of element.attrs) {
          assert.doesNotMatch(word, /^(on|style$)/, name);
          if (word === 'href') assert.match(value, /^(#|https:\/\/)/, name);
        }
      }
    }
  });

  it('holds every result, and is the same for the same report', async () => {
    for (const [name, report] of await allReports()) {
      const html = reporters.html(report, known);
      assert.equal(html, reporters.html(report, known), name);
      const [data] = elements(read(html), 'script');
      assert.ok(data);
      const results = resultsOf(JSON.parse(textOf(data)) as PageData);
      const asTold = printableAll(report.results).map(({ plugin, resource, status, message }) =>
        JSON.stringify([plugin, resource, status, message]),
      );
      const shown = results.map(({ plugin, resource, status, message }) =>
        JSON.stringify([plugin.id, resource, status, message]),
      );
      assert.deepEqual(shown.toSorted(), asTold.toSorted(), name);
    }
  });

  it('says first whether it is safe', async () => {
    const pass = { ...(await mixedReport()) };
    const only = (...some: string[]) => ({
      ...pass,
      results: pass.results.filter(({ status }) => some.includes(status)),
      summary: { ...pass.summary, PASS: some.includes('PASS') ? pass.summary.PASS : 0 },
    });
    const accepted = await suppressedReport();
    const words = [
      [pass, '2 servers not safe:'],
      [only('UNKNOWN', 'PASS'), 'Not proven:'],
      [only('WARN', 'PASS'), 'Not all in force:'],
      [only('PASS'), 'Safe:'],
      [{ ...(await reportOf(subscription('0'))), complete: false }, 'Not proven:'],
      [await reportOf(subscription('0')), 'Nothing to judge:'],
      [
        {
          ...accepted,
          results: accepted.results.filter(({ status, suppression }) => suppression || status === 'PASS'),
        },
        'Safe, but for what is accepted:',
      ],
    ] as const;
    for (const [report, word] of words) {
      const [heading] = elements(read(reporters.html(report, known)), 'h1');
      assert.ok(heading && textOf(heading).startsWith(word), `${word} ${heading && textOf(heading)}`);
    }
  });

  it('names every scope that did not show all, beside what is wrong', async () => {
    const report = await mixedReport();
    const cards = elements(read(reporters.html(report, known)), 'section').filter(
      (each) => attribute(each, 'aria-labelledby') === 'not-seen',
    );
    const text = cards.map(textOf).join();
    const broken = report.scopes.filter(({ kinds }) => Object.values(kinds).some(({ answered }) => !answered));
    assert.equal(broken.length, 1);
    for (const { name } of broken) assert.match(text, new RegExp(`${name} may have any number of`));
    assert.match(text, /Grant Reader on the subscription\./);
  });

  it('does not say of a control what nobody can know', async () => {
    const report = await mixedReport();
    const sections = (given: typeof report, all = plugins) =>
      elements(read(reporters.html(given, { ...view, plugins: plugins.slice(0, 1), known: all })), 'section').flatMap(
        (each) => (attribute(each, 'id') === 'compliance' ? [textOf(each)] : []),
      );
    assert.match(sections(report)[0] ?? '', /our own mapping/);
    assert.deepEqual(sections(report, plugins.slice(0, 1)), []);
    const { plugins: ran = [], ...others } = report;
    const some = {
      ...others,
      plugins: ran.slice(0, 1),
      results: report.results.filter(({ plugin }) => plugin === ran[0]?.id),
    };
    assert.match(sections(some)[0] ?? '', /did not run/);
  });

  it('brings the licences of what is in it', () => {
    const built = readFileSync(join(root, 'dist/reporters/html/built.js'), 'utf8');
    for (const holder of ['Jason Miller', 'Tanner Linsley']) assert.ok(built.includes(holder), holder);
  });
});

describe('what the script of the page reads', () => {
  it('says of each result what the report says', async () => {
    for (const [name, report] of await allReports()) {
      const pagePlugins = new Map(
        report.results.map(({ plugin: id, title, severity }) => [id, { id, title, severity, compliance: [] }]),
      );
      const changeOf = changesOf(report);
      const data = dataOf(report.results, {
        settings: report.settings,
        plugins: pagePlugins,
        names: new Map(),
        changeOf,
      });
      const back = resultsOf(JSON.parse(JSON.stringify(data)) as PageData);
      for (const [i, { plugin, changed, ...others }] of back.entries()) {
        const { plugin: id, title, severity, ...told } = report.results[i] ?? assert.fail();
        assert.deepEqual([plugin.id, { reason: undefined, suppression: undefined, ...told }], [id, others], name);
        assert.equal(changed?.change, changeOf(report.results[i] ?? assert.fail())?.change);
      }
      assert.equal(back.length, report.results.length);
    }
  });

  it('stands there once, however often it is said', async () => {
    const { results } = await mixedReport();
    const names = new Map();
    const twice = dataOf([...results, ...results], {
      settings: {},
      plugins: new Map(),
      names,
      changeOf: () => undefined,
    });
    assert.equal(twice.pools.resource.length, new Set(results.map(({ resource }) => resource.id)).size);
  });
});

describe('an address of filters', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', '&x=1', '#', '%', 'a b', '+', 'Müller & Söhne'),
  );
  const filters: fc.Arbitrary<Filters> = fc.record(
    {
      status: fc.subarray([...statuses]),
      plugin: word,
      subscription: word,
      severity: fc.constantFrom('', ...severities),
      location: word,
      change: fc.constantFrom('', 'new'),
      accepted: fc.constantFrom('', 'yes', 'no'),
      text: word,
      sort: fc.constantFrom(...sortKeys),
      descending: fc.boolean(),
    },
    { noNullPrototype: true },
  );

  it('is read as it was written', () => {
    fc.assert(
      fc.property(filters, (given) => {
        const address = addressOf(given);
        assert.deepEqual(filtersOf(new URL(address, 'https://x.example').hash), given);
        assert.ok(isOfFilters(address));
      }),
    );
  });

  it('is read without a fault, whatever it says', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (address) => {
        const { status, sort } = filtersOf(address);
        assert.ok(status.every((each) => statuses.includes(each)) && sortKeys.includes(sort));
      }),
    );
    assert.deepEqual(filtersOf('#status=bad,&accepted=maybe&sort=-nothing'), { ...everything, descending: true });
  });

  it('is none where it is a part of the page', () => {
    assert.deepEqual(['', '#', '#text=a', '#coverage', '#compliance'].map(isOfFilters), [
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a link out of the page', () => {
  it('leads to the web and nowhere else', () => {
    assert.equal(linkOf('https://learn.microsoft.com/azure')?.href, 'https://learn.microsoft.com/azure');
    for (const other of ['javascript:alert(1)', 'http://x', 'data:text/html,x', '//x', ' https://x', '', undefined])
      assert.equal(linkOf(other), undefined, other);
  });
});
