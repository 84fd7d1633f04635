import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cis, own } from '../../helpers/compliance';
import { isServerPlugin } from '../../helpers/kind';
import { remediation } from '../../helpers/remediation';
import { plugins as all } from '../../plugins';
import { command } from '../../reporters/command';
import type { Block, Document } from '../../reporters/document';
import { explanation, sampleServer } from '../../reporters/explanation';
import { type Plugin, type ServerPlugin, type Settings, statuses } from '../../types';

const plugins = all.filter(isServerPlugin);

/** What somebody asks who has never seen the setting, and what has to stand in the answer. */
const questions: Readonly<Record<string, (plugin: ServerPlugin, answer: string) => void>> = {
  'What it is': ({ fix, severity, category, kind, description }, answer) => {
    for (const word of [description, fix.set, 'Azure portal', 'Azure Resource Manager', severity, category, kind]) {
      assert.ok(answer.includes(word), word);
    }
    assert.ok(answer.includes(`Default ${fix.default}`), 'the default');
    for (const value of fix.values) assert.ok(answer.includes(value), value);
  },
  'Why it matters': ({ moreInfo }, answer) => assert.equal(answer, moreInfo),
  'What the verdict means': ({ messages, needs }, answer) => {
    const rows = answer.split('\n').map((row) => row.split(' ', 1)[0]);
    for (const status of statuses) {
      const said = Object.values(messages).filter((message) => message.status === status);
      assert.equal(rows.filter((row) => row === status).length, Math.max(said.length, 1), status);
    }
    for (const need of Object.keys(needs))
      assert.match(answer, new RegExp(`^UNKNOWN .*${need} could not be read`, 'm'));
  },
  'When it is UNKNOWN': ({ needs }, answer) => {
    for (const word of ['absent', 'unreadable', 'could not be read']) assert.ok(answer.includes(word), word);
    for (const [need, { expects }] of Object.entries(needs)) {
      assert.ok(answer.includes(need), need);
      assert.ok(answer.includes(expects), expects);
    }
  },
  'What can be tuned': ({ settings }, answer) => {
    for (const [name, { values, default: standard }] of Object.entries(settings)) {
      for (const value of values) assert.ok(answer.includes(value), value);
      assert.ok(answer.includes(`the default is ${standard}`), answer);
      assert.match(answer, new RegExp(`--setting ${name}=`));
    }
    assert.match(answer, /\S/);
  },
  'Before you change it': ({ fix }, answer) => {
    assert.match(answer, /restart/);
    assert.equal(answer.includes('FROM pg_stat_ssl JOIN pg_stat_activity'), fix.refuses !== undefined);
  },
  'How to fix it': (_, answer) => assert.match(answer, /^\S.*stand for yours\.$/s),
  'In the Azure portal': (_, answer) => assert.match(answer, /my-server.*Settings > /s),
  'With the Azure CLI': (_, answer) => assert.match(answer, /^az /),
  'With Bicep': (_, answer) => assert.match(answer, /^resource /),
  'With Terraform': (_, answer) => assert.match(answer, /^(#.*\n)?resource /),
  'How to check that it worked': ({ id, fix }, answer) => {
    assert.match(answer, new RegExp(`pgposture scan .*--plugin ${id}\\b.*\\baz .* show .*${fix.set}`, 's'));
  },
  Compliance: ({ compliance }, answer) => {
    for (const { control } of compliance) assert.ok(answer.includes(control), control);
    const [published = '', own = ''] = answer.split('our own judgement');
    for (const control of compliance.filter((each) => each.own)) assert.ok(own.includes(control.control));
    for (const control of compliance.filter((each) => !each.own)) assert.ok(published.includes(control.control));
  },
  Links: ({ link }, answer) => {
    assert.ok(answer.includes(link));
    for (const line of answer.split('\n')) assert.equal(new URL(line).protocol, 'https:');
  },
};

const textOf = (block: Block): string =>
  typeof block === 'string'
    ? block
    : 'code' in block
      ? block.code
      : 'rows' in block
        ? block.rows.map((row) => row.join(' ')).join('\n')
        : ('links' in block ? block.links : 'points' in block ? block.points : block.steps).join('\n');

const answersOf = ({ sections }: Document): [heading: string, answer: string][] =>
  sections.map(({ heading, blocks }) => [heading, blocks.map(textOf).join('\n')]);

const codeOf = ({ sections }: Document, heading: string): string | undefined =>
  sections.find((section) => section.heading === heading)?.blocks.map(textOf)[0];

/** The defaults, and each setting at its last value. */
const choices = ({ settings }: Plugin): Settings[] => [
  Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default])),
  Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.values.at(-1) ?? ''])),
];

for (const plugin of plugins) {
  describe(`the explanation of ${plugin.id}`, () => {
    for (const settings of choices(plugin)) {
      const document = explanation(plugin, settings);
      const given = JSON.stringify(settings);

      it(`asks every question, and no other, with ${given}`, () => {
        assert.deepEqual(
          answersOf(document).map(([heading]) => heading),
          Object.keys(questions),
        );
        assert.ok(document.title === plugin.id && document.summary.includes(plugin.title));
      });

      for (const [heading, answer] of answersOf(document)) {
        it(`answers "${heading}" with ${given}`, () => questions[heading]?.(plugin, answer));
      }

      it(`leaves nothing to be filled in with ${given}`, () => {
        assert.doesNotMatch(JSON.stringify(document), /\{\w+\}|undefined/);
      });

      it(`repairs a server in the words of helpers/remediation.ts with ${given}`, () => {
        const { portal, az, bicep, terraform } = remediation(
          plugin.fix,
          plugin.kind,
          sampleServer(plugin.kind),
          settings,
        );
        assert.equal(codeOf(document, 'In the Azure portal'), portal.join('\n'));
        assert.equal(codeOf(document, 'With the Azure CLI'), command(az));
        assert.equal(codeOf(document, 'With Bicep'), bicep);
        assert.equal(codeOf(document, 'With Terraform'), terraform);
      });
    }
  });
}

describe('an explanation', () => {
  const [plugin = assert.fail()] = plugins.filter(({ settings }) => Object.keys(settings).length > 0);
  const [standard = {}, other = {}] = choices(plugin);

  it('repeats a setting in the scan that checks the change, unless it is the default', () => {
    const check = (settings: Settings) =>
      answersOf(explanation(plugin, settings)).find(([heading]) => heading === 'How to check that it worked')?.[1] ??
      '';
    assert.doesNotMatch(check(standard), /--setting/);
    for (const [name, value] of Object.entries(other)) assert.ok(check(other).includes(`--setting ${name}=${value}`));
  });

  it('says of a plugin without settings that it has none', () => {
    const answers = answersOf(explanation({ ...plugin, settings: {} }, {}));
    assert.deepEqual(answers.find(([heading]) => heading === 'What can be tuned')?.[1], 'Nothing: it has no settings.');
  });

  it('says of a plugin without controls that it has none', () => {
    const answers = answersOf(explanation({ ...plugin, compliance: [] }, standard));
    assert.deepEqual(answers.find(([heading]) => heading === 'Compliance')?.[1], 'No control is mapped to it.');
  });

  it('has words for a parameter with a dot in its name', () => {
    const messages = {
      logged: { status: 'PASS', text: 'pgaudit.log is {pgaudit.log}.', when: { 'pgaudit.log': 'all' } },
    };
    const answers = answersOf(explanation({ ...plugin, messages } as Plugin, standard));
    assert.match(answers.find(([heading]) => heading.includes('verdict'))?.[1] ?? '', /pgaudit\.log is all\./);
  });

  it('says of a verdict that a plugin never has that it does not', () => {
    const { modern = assert.fail() } = plugin.messages;
    const answers = answersOf(explanation({ ...plugin, messages: { modern } }, standard));
    const verdicts = answers.find(([heading]) => heading.includes('verdict'))?.[1] ?? '';
    assert.deepEqual(verdicts.match(/^(FAIL|WARN) Never: .*$/gm)?.length, 2);
  });

  it('knows its terms, and takes no word of English for one', () => {
    const { terms } = explanation(plugin, standard);
    for (const term of [plugin.id, plugin.kind, plugin.fix.set, ...Object.keys(plugin.needs), 'minimumTlsVersion']) {
      assert.ok(terms.includes(term), term);
    }
    const onOff = { ...plugin.fix, values: ['on', 'Enabled', 'log_x'], default: 'off' };
    const others = explanation({ ...plugin, fix: onOff }, standard).terms;
    assert.deepEqual(
      ['on', 'off', 'Enabled', 'log_x'].filter((word) => others.includes(word)),
      ['log_x'],
    );
  });

  it('says to which profile a control of CIS belongs', () => {
    const compliance = [...cis(2, 'X 1.0', '1.2'), ...own('cis-controls', '8', '3.4')];
    const answer = answersOf(explanation({ ...plugin, compliance }, standard)).find(
      ([heading]) => heading === 'Compliance',
    );
    assert.match(answer?.[1] ?? '', /^CIS X 1\.0 1\.2 \(Level 2\)$[\s\S]*^CIS Controls 8 3\.4$/m);
  });

  it('has the verdicts worst first, whatever the order in the plugin', () => {
    const messages = Object.fromEntries(Object.entries(plugin.messages).reverse());
    for (const each of [plugin, { ...plugin, messages }]) {
      const verdicts =
        answersOf(explanation(each, standard)).find(([heading]) => heading.includes('verdict'))?.[1] ?? '';
      assert.match(verdicts, /^(FAIL .*\n)+UNKNOWN .*\n(WARN .*\n)+PASS /);
    }
  });

  it('gives a page once, though it is that of the plugin and that of the kind of server', () => {
    const links = (link: string) =>
      answersOf(explanation({ ...plugin, link }, standard))
        .at(-1)?.[1]
        .split('\n') ?? [];
    const [, kindLink = ''] = links('https://example.com/');
    assert.deepEqual(links(kindLink), [kindLink]);
  });
});
