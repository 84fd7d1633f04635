import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { settingsOf } from '../engine/select';
import { isServerPlugin, kinds } from '../helpers/kind';
import { plugins } from '../plugins';
import { pluginPage } from '../reporters';
import { statuses } from '../types';
import { elements, rendered, tables, textOf } from './support/rendered';
import { root } from './support/root';

const folder = join(root, 'docs/plugins');

const read = (file: string) => readFileSync(join(folder, file), 'utf8');

const generated = '<!-- Generated from ';
const generatedFrom = (source: string) =>
  `${generated}${source} by \`npm run docs\`: change that, not this page. -->\n`;

/** Every page of the folder, by its file. `npm run docs` writes them. */
const pages: ReadonlyMap<string, string> = new Map([
  ['README.md', index()],
  ...plugins.map((plugin) => {
    const folder = isServerPlugin(plugin) ? 'azure/postgresqlserver' : 'postgresql';
    const source = `plugins/${folder}/${plugin.id}.ts`;
    const footer = `---\n\nIn a terminal: \`pgposture explain ${plugin.id}\`. [All plugins](README.md)\n`;
    return [
      `${plugin.id}.md`,
      `${generatedFrom(source)}\n${pluginPage(plugin, settingsOf([plugin], {}))}\n${footer}`,
    ] as const;
  }),
]);

function index(): string {
  const rows = plugins.map(
    ({ id, severity, kind, title }) => `| [\`${id}\`](${id}.md) | ${severity} | ${kinds[kind].name} | ${title} |`,
  );
  return [
    `${generatedFrom('plugins/')}`,
    '# Plugins\n',
    'Each is one check of one setting. Its page has what the setting is and why it matters, when the verdict is PASS, WARN,',
    'FAIL or UNKNOWN, whom a change would shut out, how to make it in the portal, with az, Bicep or Terraform, and the',
    'controls that it serves.\n',
    '| plugin | severity | server | PASS proves |',
    '|---|---|---|---|',
    ...rows,
    '',
    'To add one: [a plugin in ten minutes](../../CONTRIBUTING.md#a-plugin-in-ten-minutes). For one of your own:',
    '[writing plugins](../writing-plugins.md).\n',
  ].join('\n');
}

describe('docs/plugins', () => {
  it('has a page for every plugin, and no other (if not: npm run docs)', () => {
    if (process.env.UPDATE_DOCS) {
      const left = readdirSync(folder).filter((file) => !pages.has(file) && read(file).startsWith(generated));
      for (const file of left) rmSync(join(folder, file));
    } else assert.deepEqual(readdirSync(folder).sort(), [...pages.keys()].sort());
  });

  for (const [file, page] of pages) {
    it(`shows ${file} as it is (if not: npm run docs)`, () => {
      const path = join(folder, file);
      if (process.env.UPDATE_DOCS) writeFileSync(path, page);
      else assert.equal(readFileSync(path, 'utf8'), page);
    });
  }
});

/** By GitHub's rule for the anchor of a heading, as far as ours need it. */
const anchors = (path: string) =>
  elements(rendered(readFileSync(path, 'utf8')), 'h1', 'h2', 'h3').map((heading) =>
    textOf(heading)
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );

describe('a page of docs/plugins', () => {
  for (const file of pages.keys()) {
    it(`links what is there: ${file}`, () => {
      const links = elements(rendered(read(file)), 'a').map(({ attrs }) => attrs[0]?.value ?? '');
      assert.ok(links.length > 1);
      for (const link of links.filter((each) => !each.startsWith('https://'))) {
        const [path = '', anchor] = link.split('#');
        const target = join(folder, path);
        assert.ok(existsSync(target), link);
        if (anchor !== undefined) assert.ok(anchors(target).includes(anchor), link);
      }
    });
  }

  for (const plugin of plugins) {
    const { id, severity, category, kind, fix, messages, link } = plugin;
    describe(`${id}.md`, () => {
      const page = () => rendered(read(`${id}.md`));

      it('says which file it is made from', () => {
        const [, source = ''] = /^<!-- Generated from (\S+) by `npm run docs`/.exec(read(`${id}.md`)) ?? [];
        assert.match(readFileSync(join(root, source), 'utf8'), new RegExp(`id: '${id}'`));
      });

      it('begins with what it is, and has every verdict on the first screen', () => {
        const [title, ...headings] = elements(page(), 'h1', 'h2').map(textOf);
        assert.equal(title, id);
        assert.deepEqual(headings.slice(0, 3), ['What it is', 'Why it matters', 'What the verdict means']);
        const [facts = [], verdicts = []] = tables(page());
        assert.deepEqual(facts[0], ['Property', 'Value']);
        const { Severity, Category, Kind, Setting, Default } = Object.fromEntries(facts);
        assert.deepEqual(
          [Severity, Category, Kind, Setting, Default],
          [severity, category, kind, ...('set' in fix ? [fix.set, fix.default] : [undefined, undefined])],
        );
        const [head, ...rows] = verdicts.map(([status]) => status);
        assert.equal(head, 'Status');
        assert.deepEqual([...new Set(rows)], [...statuses]);
        assert.ok(rows.length > Object.keys(messages).length, 'each message, and UNKNOWN');
      });

      it('has tables without a hole', () => {
        for (const [head = [], ...rows] of tables(page())) {
          for (const row of rows) {
            assert.equal(row.length, head.length);
            for (const cell of row) assert.match(cell, /\S/);
          }
        }
      });

      it('has code in the languages that GitHub highlights', () => {
        const blocks = elements(page(), 'pre').flatMap((pre) => elements(pre, 'code'));
        const languages = new Set(blocks.map(({ attrs }) => attrs[0]?.value));
        const wanted = isServerPlugin(plugin) ? ['sh', 'bicep', 'hcl'] : ['sh'];
        for (const language of wanted) assert.ok(languages.has(`language-${language}`), language);
      });

      it('has no HTML but what keeps text from being a link', () => {
        const tags = new Set(elements(page()).map(({ tagName }) => tagName));
        const usual = 'h1 h2 h3 p a ul ol li table thead tbody tr th td pre code hr span'.split(' ');
        assert.deepEqual(
          [...tags].filter((tag) => !usual.includes(tag)),
          [],
        );
      });

      it('has its links where they can be clicked', () => {
        assert.ok(elements(page(), 'a').some(({ attrs }) => attrs[0]?.value === link));
      });
    });
  }
});
