import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { printable } from '../../../helpers/printable';
import { remediation } from '../../../helpers/remediation';
import { reporters } from '../../../reporters';
import { addressOf, type Filters, type SortKey } from '../../../reporters/html/address';
import { type Report, type Result, severities, statuses } from '../../../types';
import { clickAll, launchBrowser, noBrowser, type OpenedPage, openFile, until } from '../../support/browser';
import { demoReport } from '../../support/cli';
import { temporaryFolder } from '../../support/folder';
import { suppressed } from '../../support/gated';
import {
  answered,
  flexible,
  flexibleServer,
  gap,
  hostileNames,
  plugins,
  reportOf,
  single,
  subscription,
  view,
} from '../../support/report';
import { compared, halfSuppressed } from '../../support/reports';

const known = { ...view, known: plugins };
const key = ({ resource, plugin }: Pick<Result, 'resource' | 'plugin'>) => `${resource.id} ${plugin}`;

/** The index of the row that has the focus, as JavaScript. */
const focused = `document.activeElement.getAttribute('data-place')`;

describe('the page in a browser', { skip: noBrowser }, () => {
  const folder = temporaryFolder();
  const opened: OpenedPage[] = [];
  let browser: Browser;
  let files = 0;

  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser.close());

  /** As a file, with an address and in a window of this kind. */
  async function open(report: Report, address = '', options: BrowserContextOptions = {}): Promise<OpenedPage> {
    files += 1;
    const file = join(folder, `${files}.html`);
    writeFileSync(file, reporters.html(report, known));
    const one = await openFile(browser, pathToFileURL(file).href + address, options);
    opened.push(one);
    return one;
  }

  /** All results that are shown; the window has to be high enough. */
  const shown = (page: Page) =>
    page.$$eval('#live tbody[data-index]', (rows) =>
      rows.map((row) => {
        const cell = (name: string) => row.querySelector(`td.${name}`)?.textContent?.trim() ?? '';
        const server = row.querySelector('td.server button')?.textContent ?? '';
        const plugin = row.querySelector('td.finding small')?.textContent ?? '';
        return { status: row.getAttribute('data-status'), severity: cell('severity'), server, plugin };
      }),
    );

  /** Does what changes the address, and waits for the filters in it to count: what they leave is told in words. */
  async function followed(page: Page, act: () => Promise<unknown>): Promise<void> {
    const before = await page.textContent('.shown');
    await act();
    await until(page, `document.querySelector('.shown').textContent !== ${JSON.stringify(before)}`);
  }

  const asShown = ({ status, severity, resource, plugin }: Result) => ({
    status,
    severity,
    server: printable(resource.name),
    plugin,
  });

  const tall = { viewport: { width: 1280, height: 6000 } };

  /** Every kind of choice: four statuses, two subscriptions, changes, and what is accepted. */
  async function variedReport(): Promise<Report> {
    const report = await reportOf(
      ...['Apple', 'banana 10', 'banana 9', 'Čerešňa'].map((name, i) =>
        flexibleServer(
          name,
          {
            require_secure_transport: ['on', 'off'][i % 2] ?? '',
            ssl_min_protocol_version: ['TLSv1.2', 'TLSv1'][i >> 1] ?? '',
          },
          { location: ['eastus', 'North Europe'][i % 2] ?? '', ...(i === 3 && { subscriptionId: '1' }) },
        ),
      ),
      flexibleServer('date', { require_secure_transport: 'perhaps' }),
      { ...subscription('0', { [flexible]: answered(4) }), name: 'Orchard <b>' },
      { ...subscription('1', { [flexible]: answered(1) }), name: 'Garden' },
    );
    return compared(halfSuppressed(report), ({ resource }) =>
      resource.name === 'date' ? { change: 'new', before: null } : undefined,
    );
  }

  /** Worst first, as every other reporter has it. */
  const inOrder = ({ results }: Report): Result[] =>
    results.toSorted(
      (a, b) =>
        statuses.indexOf(a.status) - statuses.indexOf(b.status) ||
        Number(a.suppression !== undefined) - Number(b.suppression !== undefined) ||
        severities.indexOf(b.severity) - severities.indexOf(a.severity),
    );

  const isShown = (result: Result, filters: Partial<Filters>, report: Report): boolean => {
    const { resource, plugin, title, message, reason, suppression } = result;
    const subscriptionName = report.scopes.find(
      ({ subscriptionId }) => subscriptionId === resource.subscriptionId,
    )?.name;
    const said = [
      ...[plugin, title, message, resource.id, resource.location, subscriptionName],
      ...[reason?.kind, reason?.code, reason?.detail, reason?.remedy, suppression?.reason, suppression?.owner],
    ].map((each) => printable(each ?? '').toLowerCase());
    const changed = report.comparison?.changes.find((change) => key(change) === key(result));
    const words = (filters.text ?? '').toLowerCase().split(' ');
    return (
      (!filters.status || filters.status.includes(result.status)) &&
      (!filters.plugin || plugin === filters.plugin) &&
      (!filters.severity || result.severity === filters.severity) &&
      (!filters.subscription || resource.subscriptionId === filters.subscription) &&
      (!filters.location || resource.location === filters.location) &&
      (!filters.change || changed?.change === filters.change) &&
      (!filters.accepted || (filters.accepted === 'yes') === (suppression !== undefined)) &&
      words.every((word) => said.some((each) => each.includes(word)))
    );
  };

  const filters: readonly Partial<Filters>[] = [
    {},
    ...statuses.map((status) => ({ status: [status] })),
    { status: ['FAIL', 'UNKNOWN'] },
    ...plugins.map(({ id }) => ({ plugin: id })),
    ...severities.map((severity) => ({ severity })),
    { subscription: '0' },
    { subscription: '1' },
    { location: 'North Europe' },
    { change: 'new' },
    { accepted: 'yes' },
    { accepted: 'no' },
    { text: 'BANANA' },
    { text: 'čerešňa' },
    { text: 'orchard off' },
    { text: 'unreadable' },
    { text: 'nothing has this' },
    { text: 'moves in may', accepted: 'yes' },
    { status: ['FAIL'], subscription: '0', location: 'North Europe', text: 'banana' },
  ];

  const hostile = [
    ...hostileNames,
    '<img src=x onerror=alert(1)>',
    '</script><script>alert(1)</script>',
    '<!--<script>',
    `\${alert(1)}`,
    'javascript:alert(1)',
    '"&#34;&quot;',
  ];

  /** With each of the names wherever Azure gives one. */
  const hostileTenant = (): Promise<Report> =>
    reportOf(
      ...hostile.flatMap((name, i) => [
        flexibleServer(
          name,
          { require_secure_transport: name },
          { location: name, resourceGroup: name, subscriptionId: name },
        ),
        flexibleServer(`${name}${i}`, { require_secure_transport: 'off', ssl_min_protocol_version: name }),
        {
          ...subscription(name, {
            [single]: {
              answered: false,
              servers: 0,
              reason: { ...gap, code: name, detail: name, remedy: name },
            },
          }),
          name,
        },
      ]),
    );

  it('shows all results, worst first, and no more', async () => {
    const report = await variedReport();
    const { page } = await open(report, '', tall);
    assert.deepEqual(await shown(page), inOrder(report).map(asShown));
    assert.equal(await page.textContent('.shown'), `All ${report.results.length} results`);
  });

  it('leaves out what a filter in the address leaves out', async () => {
    const report = await variedReport();
    const { page } = await open(report, '', tall);
    const sizes = new Set<number>();
    for (const filter of filters.slice(1)) {
      await followed(page, () => page.evaluate(`location.hash = ${JSON.stringify(addressOf(filter))}`));
      const expected = inOrder(report).filter((result) => isShown(result, filter, report));
      assert.deepEqual(await shown(page), expected.map(asShown), JSON.stringify(filter));
      sizes.add(expected.length);
    }
    assert.ok(sizes.has(0) && sizes.size > 6, [...sizes].join());
  });

  it('opens with the filter of its address, and takes no notice of one that it does not know', async () => {
    const report = await variedReport();
    const fails = inOrder(report).filter(({ status }) => status === 'FAIL');
    const { page } = await open(report, addressOf({ status: ['FAIL'] }), tall);
    assert.deepEqual(await shown(page), fails.map(asShown));
    for (const address of ['#status=BAD&sort=nothing&x=<b>', '#coverage', '#%E0%A4%A']) {
      const { page: other } = await open(report, address, tall);
      assert.equal((await shown(other)).length, report.results.length, address);
    }
  });

  it('has a control for each filter, and writes each into the address', async () => {
    const report = await variedReport();
    const { page } = await open(report, '', tall);
    const filterBy = async (filter: Partial<Filters>, act: () => Promise<unknown>) => {
      await act();
      const expected = inOrder(report).filter((result) => isShown(result, filter, report));
      assert.deepEqual(await shown(page), expected.map(asShown), JSON.stringify(filter));
      await until(page, `location.hash === ${JSON.stringify(addressOf(filter))}`);
      await page.click('text=Show all');
      assert.equal((await shown(page)).length, report.results.length);
      await until(page, `location.hash === ''`);
    };
    const choose = (label: string, value: string) => page.getByRole('combobox', { name: label }).selectOption(value);
    await filterBy({ status: ['WARN'] }, () => page.click('button:has-text("WARN")'));
    await filterBy({ text: 'banana' }, () => page.getByLabel('Text').fill('banana'));
    await filterBy({ plugin: plugins[0]?.id ?? '' }, () => choose('Check', plugins[0]?.id ?? ''));
    await filterBy({ severity: 'high' }, () => choose('Severity', 'high'));
    await filterBy({ subscription: '1' }, () => choose('Subscription', '1'));
    await filterBy({ location: 'eastus' }, () => choose('Location', 'eastus'));
    await filterBy({ change: 'new' }, () => choose('Change', 'new'));
    await filterBy({ accepted: 'no' }, () => choose('Accepted', 'no'));
  });

  it('counts what each status would show under the other filters', async () => {
    const report = await variedReport();
    const { page } = await open(report, addressOf({ status: ['FAIL'], subscription: '0' }), tall);
    for (const status of statuses) {
      const there = report.results.filter((each) => each.status === status && each.resource.subscriptionId === '0');
      assert.equal(await page.textContent(`button.status[data-status=${status}]`), `${status} ${there.length}`);
    }
  });

  it('sorts by each column, both ways, and says so', async () => {
    const report = await variedReport();
    const { page } = await open(report, '', tall);
    const { compare } = new Intl.Collator('en', { numeric: true });
    const nameOf = ({ resource }: Result) =>
      report.scopes.find(({ subscriptionId }) => subscriptionId === resource.subscriptionId)?.name ?? '';
    const orders: Readonly<Record<Exclude<SortKey, 'status'>, (a: Result, b: Result) => number>> = {
      severity: (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity),
      server: (a, b) => compare(a.resource.name, b.resource.name),
      location: (a, b) => compare(a.resource.location ?? '', b.resource.location ?? ''),
      subscription: (a, b) => compare(nameOf(a), nameOf(b)),
      check: (a, b) => compare(a.plugin, b.plugin),
    };
    for (const [column, order] of Object.entries(orders)) {
      const expected = inOrder(report).toSorted(order).map(asShown);
      for (const [direction, rows] of [
        ['ascending', expected] as const,
        ['descending', expected.toReversed()] as const,
      ]) {
        await page.click(`th.${column} button`);
        assert.equal(await page.getAttribute(`th.${column}`, 'aria-sort'), direction);
        assert.deepEqual(await shown(page), rows, `${column} ${direction}`);
      }
    }
  });

  it('opens a row to all that is known of it', async () => {
    const report = await demoReport();
    const { page } = await open(report, '', { ...tall, permissions: ['clipboard-read', 'clipboard-write'] });
    for (const [i, result] of inOrder(report).entries()) {
      const row = page.locator(`tbody[data-index="${i}"]`);
      await row.locator('td.server button').click();
      assert.equal(await row.locator('td.server button').getAttribute('aria-expanded'), 'true');
      const text = (await row.locator('.details').innerText()).replaceAll(/\s+/g, ' ');
      for (const [name, value] of Object.entries(result.evidence)) assert.ok(text.includes(`${name} ${value}`), text);
      for (const word of [result.reason?.kind, result.reason?.remedy, result.resource.id])
        assert.ok(text.includes(word ?? ''), word);
      const plugin = plugins.find(({ id }) => id === result.plugin);
      assert.ok(plugin);
      for (const { control, own } of plugin.compliance)
        assert.ok(text.includes(`${control}${own ? ' our own mapping' : ''}`), control);
      if (result.status === 'FAIL') {
        const { az } = remediation(plugin.fix, plugin.kind, result.resource, report.settings);
        await row.getByLabel('Copy what is for: Azure CLI').click();
        await row.getByText('Copied').waitFor();
        assert.equal(await page.evaluate('navigator.clipboard.readText()'), az.join(' \\\n  '));
      }
      await row.locator('td.server button').click();
      assert.equal(await row.locator('.details').count(), 0);
    }
  });

  it('leads from what is wrong, and from what was not seen, to their results', async () => {
    const report = await demoReport();
    const { page } = await open(report, '', tall);
    for (const card of ['wrong', 'not-seen']) {
      for (const link of await page.locator(`[aria-labelledby=${card}] li a`).all()) {
        const name = await link.textContent();
        await followed(page, () => link.click());
        const servers = new Set((await shown(page)).map(({ server }) => server));
        assert.deepEqual([...servers], [name], card);
        assert.equal(await page.evaluate('document.activeElement.id'), 'results-heading');
      }
    }
  });

  it('leads to just what a link names, though others say the same and more', async () => {
    const report = await reportOf(
      flexibleServer('db', { require_secure_transport: 'off' }),
      flexibleServer('db-test', { require_secure_transport: 'off' }),
      flexibleServer('db-accepted', { require_secure_transport: 'off' }),
      flexibleServer('lost', { require_secure_transport: 'perhaps' }),
      flexibleServer('old', { ssl_min_protocol_version: 'TLSv1' }),
      flexibleServer('older', { ssl_min_protocol_version: 'TLSv1.1' }),
      { ...subscription('0', { [flexible]: { answered: false, servers: 4, reason: gap } }), name: 'db' },
    );
    const some = suppressed(report, ({ resource, status }) => resource.name === 'db-accepted' && status === 'FAIL');
    const { page } = await open(some, '', tall);
    const servers = async () => [...new Set((await shown(page)).map(({ server }) => server))];
    for (const [link, found] of Object.entries({
      'db and db-test': ['db', 'db-test'],
      old: ['old'],
      older: ['older'],
    })) {
      await followed(page, () => page.click(`[aria-labelledby=wrong] li a:has(bdi:text-is("${link}"))`));
      assert.deepEqual(await servers(), found);
    }
    for (const [link, found] of [
      ['db', ['db']],
      ['lost', ['lost']],
    ] as const) {
      await followed(page, () => page.click(`[aria-labelledby=not-seen] li a:has(bdi:text-is("${link}"))`));
      assert.deepEqual(await servers(), found, link);
      assert.ok((await shown(page)).every(({ status }) => status === 'UNKNOWN'));
    }
    await page.click('text=Show all');
    await page.click('tbody[data-status=FAIL] td.server button:has(bdi:text-is("db"))');
    await followed(page, () => page.click('text=A link to this result'));
    assert.deepEqual(await servers(), ['db']);
  });

  it('leads to the results again, though the address says it already, and leaves filters in it', async () => {
    const { page } = await open(await demoReport());
    const failing = '.counts a >> nth=0';
    await page.click(failing);
    await until(page, 'scrollY > 100');
    await page.evaluate('scrollTo(0, 0)');
    await page.click(failing);
    await until(page, 'scrollY > 100');
    await page.focus('.skip');
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate('location.hash'), '#status=FAIL');
    await page.goBack();
    await until(page, `document.querySelector('.shown').textContent.startsWith('All ')`);
    await page.evaluate(`location.hash = '#plugin=nobody'`);
    await until(page, `document.querySelector('.shown').textContent.startsWith('0 of')`);
    assert.equal(await page.getByRole('combobox', { name: 'Check' }).inputValue(), 'nobody');
    await page.getByRole('button', { name: 'Show all' }).press('Enter');
    assert.equal(await page.textContent(':focus'), 'Show all');
  });

  it('says what the filters leave, on paper too', async () => {
    const { page } = await open(await demoReport(), addressOf({ status: ['FAIL'], text: 'shop-payments' }));
    await page.emulateMedia({ media: 'print' });
    assert.match(await page.innerText('.shown'), /^1 of 26 results: status FAIL; text shop-payments$/);
  });

  describe('of two hundred and forty servers', () => {
    const many = (): Promise<Report> =>
      reportOf(
        ...Array.from({ length: 240 }, (_, i) =>
          flexibleServer(`server-${i}`, { require_secure_transport: i % 7 ? 'on' : 'off' }),
        ),
        subscription('0', { [flexible]: answered(240) }),
      );

    for (const width of [1280, 390]) {
      it(`has few rows in the document, and every row where it is scrolled to, ${width} wide`, async () => {
        const report = await many();
        const { page } = await open(report, '', { viewport: { width, height: 1400 } });
        assert.ok((await page.evaluate<number>('document.body.scrollHeight')) > 30 * report.results.length);
        const seen = new Map<number, unknown>();
        for (let end = false; !end; ) {
          const rows = await page.$$eval('#live tbody[data-index]', (all) =>
            all.map(
              (row) => [Number(row.getAttribute('data-index')), row.querySelector('button')?.textContent] as const,
            ),
          );
          assert.ok(rows.length < 60, `${rows.length}`);
          for (const [index, name] of rows) seen.set(index, name);
          end = await page.evaluate<boolean>(
            '{ const before = scrollY; scrollBy(0, innerHeight * 0.9); scrollY === before; }',
          );
          await page.evaluate(
            'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve())))',
          );
        }
        const names = inOrder(report).map(({ resource }) => resource.name);
        assert.deepEqual(
          [...seen].sort(([a], [b]) => a - b).map(([, name]) => name),
          names,
        );
      });

      it(`shows rows wherever it is scrolled to at once, ${width} wide`, async () => {
        const { page } = await open(await many(), '', { viewport: { width, height: 700 } });
        for (const part of [0.3, 0.6, 0.9]) {
          await page.evaluate(`scrollTo(0, document.querySelector('table.results').offsetHeight * ${part})`);
          await until(page, `document.elementFromPoint(${width} / 3, 350).closest('tbody[data-index]') !== null`);
        }
      });
    }

    for (const width of [1280, 390])
      it(`goes from row to row by the arrow keys, and keeps a row that has the focus, ${width} wide`, async () => {
        const report = await many();
        const { page } = await open(report, '', { viewport: { width, height: 700 } });
        await page.focus('tbody[data-index="0"] td.server button');
        for (let i = 1; i <= 40; i++) {
          await page.keyboard.press('ArrowDown');
          await until(page, `${focused} === '${i}'`);
        }
        await page.keyboard.press('ArrowUp');
        await until(page, `${focused} === '39'`);
        await page.mouse.wheel(0, 15_000);
        await until(page, 'scrollY > 12_000');
        assert.equal(await page.evaluate(focused), '39');
        await page.keyboard.press('Enter');
        assert.equal(await page.getAttribute(':focus', 'aria-expanded'), 'true');
      });

    it('prints every row, and is as before afterwards', async () => {
      const report = await many();
      const { page } = await open(report, addressOf({ status: ['FAIL'] }));
      await page.evaluate(`addEventListener('beforeprint', () => {
        const number = (what) => document.querySelectorAll(what).length;
        document.title = number('#live tbody[data-index] > tr') + ' ' + number('details:not([open])');
      })`);
      await page.pdf();
      assert.equal(await page.title(), `${report.results.filter(({ status }) => status === 'FAIL').length} 0`);
      assert.ok((await page.$$('#live tbody')).length < 60);
      assert.ok(await page.$('details:not([open])'));
    });
  });

  it('is used by the keyboard alone', async () => {
    const { page } = await open(await demoReport());
    await page.keyboard.press('Tab');
    assert.equal(await page.textContent(':focus'), 'Skip to the results');
    await page.keyboard.press('/');
    assert.equal(await page.getAttribute(':focus', 'id'), 'text');
    await page.keyboard.type('a/b');
    assert.equal(await page.inputValue('#text'), 'a/b');
    await page.fill('#text', 'shop-payments');
    for (let i = 0; i < 40 && !(await page.$('td.server button:focus')); i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    assert.equal(await page.getAttribute(':focus', 'aria-expanded'), 'true');
  });

  it('shows what is wrong as a plain table without JavaScript', async () => {
    const report = await demoReport();
    const { page } = await open(report, '', { javaScriptEnabled: false });
    const rows = await page.locator('noscript tbody tr').allInnerTexts();
    const wrong = report.results.filter(({ status }) => status !== 'PASS');
    for (const { resource, status, plugin } of wrong) {
      const row = rows.find((text) => text.includes(resource.name) && text.includes(plugin) && text.includes(status));
      assert.ok(row, `${resource.name} ${plugin}`);
    }
    assert.ok(!rows.some((text) => text.includes('PASS')));
    assert.ok(await page.locator('noscript table').isVisible());
  });

  it('says so if its script is kept from running', async () => {
    files += 1;
    const file = join(folder, `${files}.html`);
    writeFileSync(file, reporters.html(await demoReport(), known).replace(/script-src '[^']+'/, "script-src 'none'"));
    const { page } = await openFile(browser, pathToFileURL(file).href);
    await page.locator('.blocked').waitFor({ state: 'visible' });
  });

  it('shows hostile names as text, everywhere', async () => {
    const report = halfSuppressed(await hostileTenant());
    const { page } = await open(report, '', { viewport: { width: 1280, height: 40_000 } });
    await clickAll(page, 'td.server button', 30);
    const names = (await shown(page)).map(({ server }) => server);
    for (const name of hostile) assert.ok(names.includes(printable(name)), JSON.stringify(name));
    const text = await page.evaluate<string>('document.body.innerText');
    assert.doesNotMatch(text, /(?![\n\t])[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
    const made = 'img, iframe, object, embed, base, form, script:not(#data):not(:last-of-type)';
    assert.deepEqual(await page.$$(made), []);
    const links = await page.$$eval('a', (all) => all.map(({ href }) => href));
    for (const link of links) assert.match(link, /^(file|https):/);
  });

  for (const [name, options] of Object.entries({
    'in the light': {},
    'in the dark': { colorScheme: 'dark' },
    'on a phone': { viewport: { width: 390, height: 844 }, isMobile: true },
    'with high contrast': { forcedColors: 'active' },
    'in print': {},
  } satisfies Record<string, BrowserContextOptions>)) {
    it(`has no fault that axe finds, ${name}`, async () => {
      for (const report of [
        await variedReport(),
        ...(name === 'in the light' ? [await demoReport('--compliance', 'pci')] : []),
      ]) {
        const { page } = await open(report, '', options);
        await clickAll(page, 'td.server button', 12);
        if (name === 'in print') {
          await page.emulateMedia({ media: 'print' });
          await page.evaluate(`dispatchEvent(new Event('beforeprint'))`);
        }
        await page.evaluate(axe.source);
        const { violations } = await page.evaluate<axe.AxeResults>('axe.run()');
        const found = violations.map(({ id, nodes }) => [
          id,
          ...nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`),
        ]);
        assert.deepEqual(found, []);
      }
    });
  }

  it('is never wider than a phone', async () => {
    for (const report of [await demoReport(), await reportOf(flexibleServer('x'.repeat(300)))]) {
      const { page } = await open(report, '', { viewport: { width: 360, height: 800 }, isMobile: true });
      await clickAll(page, 'td.server button', 8);
      assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth')) <= 360);
    }
  });

  it('asks for nothing, says nothing and is refused nothing, whatever is done with it', () => {
    assert.ok(opened.length > 20);
    assert.deepEqual(
      opened.flatMap(({ complaints }) => complaints),
      [],
    );
  });
});
