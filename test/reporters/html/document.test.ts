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
import { type Report, type Result, type Shard, severities, statuses } from '../../../types';
import { change, comparisonOf, suppressed, suppressedReport } from '../../support/gated';
import { elements, textOf } from '../../support/rendered';
import {
  answered,
  flexible,
  flexibleServer,
  gap,
  hostileReport,
  mixedReport,
  plugins,
  reportOf,
  subscription,
  view,
} from '../../support/report';
import { allReports } from '../../support/reports';
import { root } from '../../support/root';

const known = { ...view, known: plugins };

/** The page as a browser that runs scripts reads it: what stands in `noscript` is text. */
const read = (html: string) => parse(html, { scriptingEnabled: true });

const attribute = (element: { attrs: { name: string; value: string }[] }, name: string) =>
  element.attrs.find((each) => each.name === name)?.value;

const shardOf = ({ plugins: ran = [] }: Report): Shard => ({
  index: 1,
  count: 2,
  armEndpoint: 'https://management.azure.com',
  choice: { subscriptions: [], excludeSubscriptions: [], managementGroups: [] },
  plugins: ran,
  subscriptions: ['0'],
});

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
    const markup = '</script></noscript></title><img src=x><!--<script>';
    for (const [name, report] of [...(await allReports()), [markup, await hostileReport(markup)] as const]) {
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
      complete: true,
      results: pass.results.filter(({ status }) => some.includes(status)),
      summary: {
        ...pass.summary,
        ...Object.fromEntries(statuses.map((status) => [status, some.includes(status) ? pass.summary[status] : 0])),
      },
    });
    const accepted = await suppressedReport();
    const words = [
      [pass, '2 servers not safe:'],
      [only('UNKNOWN', 'PASS'), 'Not proven:'],
      [only('WARN', 'PASS'), 'Not all in force:'],
      [only('PASS'), 'Safe:'],
      [{ ...only('PASS'), complete: false }, 'Not proven:'],
      [{ ...(await reportOf(subscription('0'))), complete: false }, 'Not proven:'],
      [await reportOf(subscription('0')), 'Nothing to judge:'],
      [
        {
          ...accepted,
          complete: true,
          results: accepted.results.filter(({ status, suppression }) => suppression || status === 'PASS'),
          summary: { ...accepted.summary, UNKNOWN: 0 },
        },
        'Nothing open, but for what is accepted:',
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
    const nobody = /^ComplianceNobody can say here which controls flexibleServerSslMinProtocolVersion is mapped to/;
    assert.match(sections(report, plugins.slice(0, 1))[0] ?? '', nobody);
    const [unasked] = elements(read(reporters.html(report, view)), 'section').filter(
      (each) => attribute(each, 'id') === 'compliance',
    );
    assert.match(unasked ? textOf(unasked) : '', /^ComplianceNobody can say here which plugins there are/);
    const part = { ...report, shard: { ...shardOf(report) } };
    assert.match(sections(part)[0] ?? '', /^ComplianceThis is a shard\./);
    const { plugins: ran = [], ...others } = report;
    const some = {
      ...others,
      plugins: ran.slice(0, 1),
      results: report.results.filter(({ plugin }) => plugin === ran[0]?.id),
    };
    assert.match(sections(some)[0] ?? '', /did not run/);
  });

  it('says of a shard that it is one', async () => {
    const report = await reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(1) }));
    const document = read(reporters.html({ ...report, shard: shardOf(report) }, known));
    const [heading] = elements(document, 'h1');
    const [title] = elements(document, 'title');
    assert.equal(heading && textOf(heading), 'Part 1 of 2: Safe: all 2 checks pass');
    assert.match(title ? textOf(title) : '', /^pgposture: shard 1 of 2, all 2 checks pass/);
  });

  it('is not safe while anything is unknown, whoever accepts it', async () => {
    const report = await mixedReport();
    const results = report.results.filter(({ status }) => status === 'UNKNOWN' || status === 'PASS');
    const accepted = suppressed({ ...report, results }, ({ status }) => status === 'UNKNOWN');
    const [heading] = elements(read(reporters.html(accepted, known)), 'h1');
    assert.match(heading ? textOf(heading) : '', /^Not proven:/);
  });

  it('says what was not seen of a scope that answered, and of a scan that was cut short nobody knows where', async () => {
    const cards = (report: Report) =>
      elements(read(reporters.html(report, known)), 'section')
        .filter((each) => attribute(each, 'aria-labelledby') === 'not-seen')
        .map(textOf)
        .join();
    const report = await reportOf(flexibleServer('apple'), subscription('0', { [flexible]: answered(1) }));
    assert.match(cards(report), /Nothing: every subscription answered/);
    assert.match(cards({ ...report, complete: false }), /The scan was cut short/);
    const [result] = report.results;
    const [scope] = report.scopes;
    assert.ok(result && scope);
    const { id, name, type, subscriptionId } = scope;
    const said: Result = {
      ...result,
      status: 'UNKNOWN',
      reason: { ...gap, detail: 'They do not know.' },
      resource: { id, name, type, subscriptionId, location: null, resourceGroup: null },
    };
    assert.match(cards({ ...report, results: [...report.results, said] }), /Fruit They do not know\./);
  });

  it('tells a server that is gone from one that was not seen', async () => {
    const report = await mixedReport();
    const [first, second] = report.results;
    assert.ok(first && second);
    const { status, message } = first;
    const before = { status, message };
    const comparison = comparisonOf(report, [
      { ...change('gone', first, before), after: null },
      { ...change('unknown', second, before), after: null },
    ]);
    const text = textOf(read(reporters.html({ ...report, comparison }, known)));
    assert.match(text, /No longer there: 1/);
    assert.match(text, /Not seen any more: 1/);
  });

  it('shows a result with the title and the severity that the report gives it', async () => {
    const report = await mixedReport();
    const results = report.results.map((result) => ({ ...result, title: 'An older title', severity: 'low' as const }));
    const [data] = elements(read(reporters.html({ ...report, results }, known)), 'script');
    assert.ok(data);
    for (const { plugin } of resultsOf(JSON.parse(textOf(data)) as PageData)) {
      assert.deepEqual([plugin.title, plugin.severity, plugin.compliance.length > 0], ['An older title', 'low', true]);
    }
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
      resource: word,
      type: word,
      message: word,
      reason: word,
      remedy: word,
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
