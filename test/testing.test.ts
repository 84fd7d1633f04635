import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { oneOf, optional, parameter } from '../helpers/need';
import { definePlugin, fail, pass, warn } from '../helpers/plugin';
import { pluginChecks, type Table } from '../testing';
import type { Need, Plugin } from '../types';
import { runNode } from './support/run';

const plugin = definePlugin({
  id: 'fruitRipeness',
  title: 'The fruit is ripe',
  category: 'Fruit',
  domain: 'Orchards',
  severity: 'low',
  description: 'How ripe the fruit is.',
  moreInfo: 'Green fruit is sour.',
  recommendedAction: 'Wait until it is {ripe}.',
  link: 'https://example.com/',
  compliance: [{ framework: 'cis', edition: '1', control: '1.1', own: true }],
  kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
  needs: { colour: parameter(oneOf('green', 'yellow', 'red')), label: optional(parameter(oneOf('old', 'new'))) },
  settings: { ripe: { description: 'The colour of ripe fruit.', default: 'red', values: ['yellow', 'red'] } },
  messages: {
    ripe: pass('The colour is {colour}: it is {ripe}.'),
    unsold: warn('The colour is {colour}, but the label is {label}.'),
    waits: warn('The colour is {colour}, from tomorrow on.'),
    unripe: fail('The colour is {colour}, not {ripe}.'),
  },
  fix: {
    set: 'colour',
    to: '{ripe}',
    values: ['green', 'yellow', 'red'],
    default: 'green',
    impact: 'Somebody will eat it.',
  },
  evaluate({ colour, label }, { ripe }) {
    if (colour.value !== ripe) return 'unripe';
    if (label?.value === 'old') return 'unsold';
    return colour.isConfigPendingRestart ? 'waits' : 'ripe';
  },
});

const parameterOf = (value: string) => ({ value, isConfigPendingRestart: false });
const fruit = (colour: string, label = 'new') => ({ colour: parameterOf(colour), label: parameterOf(label) });
const invisible = { ...fruit('red'), colour: undefined };
const table = {
  pass: [
    ['red', fruit('red'), 'ripe'],
    ['yellow, where that is ripe', fruit('yellow'), 'ripe', { ripe: 'yellow' }],
    ['no label', { ...fruit('red'), label: undefined }, 'ripe'],
  ],
  warn: [
    ['red, with an old label', fruit('red', 'old'), 'unsold'],
    ['red from tomorrow on', { ...fruit('red'), colour: { value: 'red', isConfigPendingRestart: true } }, 'waits'],
  ],
  fail: [['green', fruit('green'), 'unripe']],
  unknown: [
    ['absent', invisible, 'absent'],
    ['another colour', fruit('blue'), 'unreadable'],
  ],
} satisfies Table;

/** The plugin with another `evaluate`, which sees what the good one sees, and can ask it. */
type Seen = { value: string; isConfigPendingRestart?: boolean };
type Taste = (facts: Record<string, Seen | undefined>, settings: Record<string, string>) => unknown;
const tasting = (evaluate: Taste): Plugin => ({ ...plugin, evaluate: evaluate as never });
const good: Taste = (facts, settings) => plugin.evaluate(facts as never, settings as never);

/** The plugin with another need `colour`. */
const needing = (colour: Partial<Need<unknown>>): Plugin => ({
  ...plugin,
  needs: { ...plugin.needs, colour: { ...(plugin.needs.colour as Need<unknown>), ...colour } },
});
const saying = (messages: Plugin['messages']): Plugin => ({ ...plugin, messages: { ...plugin.messages, ...messages } });

const itself = 'says all of itself';
const controls = 'names each control once';
const texts = 'has texts whose placeholders can be filled';
const fix = 'has a fix that leads to a PASS';
const complete = 'has a table that leaves nothing out';
const pending = 'takes no value that waits for a restart for a PASS';
const odd = 'survives every odd value';
const same = 'says the same twice, and leaves its facts as they were';

type Mistake = readonly [what: string, check: string, problem: RegExp, plugin: Plugin, table?: Table];

const pluginMistakes: readonly Mistake[] = [
  ['an id with a dash', itself, /^The id 'fruit-ripeness' is not/, { ...plugin, id: 'fruit-ripeness' }],
  ['an id in PascalCase', itself, /^The id 'Fruit' is not/, { ...plugin, id: 'Fruit' }],
  ['an empty title', itself, /^title is not one line of text: ''/, { ...plugin, title: '' }],
  ['a category of spaces', itself, /^category /, { ...plugin, category: ' ' }],
  ['no domain', itself, /^domain .* undefined/, { ...plugin, domain: undefined as never }],
  ['an empty description', itself, /^description /, { ...plugin, description: '' }],
  ['a moreInfo of two lines', itself, /^moreInfo /, { ...plugin, moreInfo: 'a\nb' }],
  ['an empty recommendedAction', itself, /^recommendedAction /, { ...plugin, recommendedAction: '' }],
  ['a severity of its own', itself, /'grave' is not low, medium, high/, { ...plugin, severity: 'grave' as never }],
  ['a link without TLS', itself, /^The link 'http:/, { ...plugin, link: 'http://example.com/' }],
  ['a link to nowhere', itself, /^The link 'the manual' is not/, { ...plugin, link: 'the manual' }],
  [
    'a default that cannot be set',
    itself,
    /^The setting ripe has a default that it cannot have: blue/,
    { ...plugin, settings: { ripe: { description: '-', default: 'blue', values: ['red'] } } },
  ],
  [
    'one name for two things',
    itself,
    /both called colour/,
    { ...plugin, settings: { ...plugin.settings, colour: { description: '-', default: 'a', values: ['a'] } } },
  ],
  ['optional needs only', itself, /rest on nothing/, needing({ optional: true })],
  ['no PASS', itself, /^It has no message that is PASS/, saying({ ripe: warn('ripe') })],
  ['no FAIL', itself, /^It has no message that is FAIL/, saying({ unripe: warn('unripe') })],
  ['an UNKNOWN of its own', itself, /'UNKNOWN'/, saying({ odd: { status: 'UNKNOWN' as never, text: 'odd' } })],
  [
    'a control twice',
    controls,
    /^cis 1 1\.1 is there twice/,
    { ...plugin, compliance: [...plugin.compliance, ...plugin.compliance] },
  ],
  ['an empty message', texts, /^The message ripe is not one line/, saying({ ripe: pass('') })],
  [
    'a message about what it does not need',
    texts,
    /^The message ripe holds \{size\}; it can hold colour, label, ripe\.$/,
    saying({ ripe: pass('{size}') }),
  ],
  ['a brace that nobody closes', texts, /holds \{colour/, saying({ ripe: pass('{colour') })],
  ['an action with a need in it', texts, /^recommendedAction .*colour/, { ...plugin, recommendedAction: '{colour}' }],
  ['a title with a setting in it', texts, /^title .*no placeholder/, { ...plugin, title: '{ripe}' }],
  ['a fix with a need in it', texts, /^fix\.to /, { ...plugin, fix: { ...plugin.fix, to: '{label}' } }],
  [
    'a fix elsewhere',
    fix,
    /^It sets size, .*colour, label/,
    { ...plugin, fix: { ...plugin.fix, set: 'size', to: 'red' } },
  ],
  ['a fix that does not help', fix, /green is FAIL unripe: The/, { ...plugin, fix: { ...plugin.fix, to: 'green' } }],
  ['a fix that nobody can read', fix, /blue is UNKNOWN unreadable/, { ...plugin, fix: { ...plugin.fix, to: 'blue' } }],
  [
    'no values',
    fix,
    /^fix\.values is no list: undefined\.$/,
    { ...plugin, fix: { ...plugin.fix, values: undefined as never } },
  ],
  [
    'a default that it cannot have',
    fix,
    /^The default blue is none of its values/,
    { ...plugin, fix: { ...plugin.fix, default: 'blue' } },
  ],
  [
    'a value that nobody can read',
    fix,
    /^Its value blue cannot be read/,
    { ...plugin, fix: { ...plugin.fix, values: ['green', 'red', 'blue'] } },
  ],
  ...['blue', 'red'].map(
    (colour) =>
      [
        `no way back to ${colour}`,
        fix,
        new RegExp(`^fix\\.noWayBackTo names ${colour}, which is none of its other values`),
        { ...plugin, fix: { ...plugin.fix, noWayBackTo: ['green', colour] } },
      ] as const,
  ),
  [
    'a fix that is none of its values',
    fix,
    /^It sets red, which is none of its values/,
    { ...plugin, fix: { ...plugin.fix, values: ['green'] } },
  ],
  [
    'an impact with a need in it',
    texts,
    /^fix\.impact .*colour/,
    { ...plugin, fix: { ...plugin.fix, impact: '{colour}' } },
  ],
  [
    'words about what it does not say',
    texts,
    /^The message ripe, of label, has words/,
    saying({ ripe: pass('{colour}', { label: 'new' }) }),
  ],
  ['no needs', 'is a plugin', /no needs, fix: write it with/, { ...plugin, needs: null, fix: undefined } as never],
  ['no evaluate', 'is a plugin', /^It has no evaluate/, { ...plugin, evaluate: 'ripe' as never }],
];

const judgeMistakes: readonly Mistake[] = [
  ['another verdict', 'FAIL: green', /^Expected FAIL unripe, but it is PASS ripe: The colour/, tasting(() => 'ripe')],
  ['a message that it does not have', 'PASS: red', /PASS ripe, .* UNKNOWN plugin-crashed/, tasting(() => 'rotten')],
  ['a promise', 'PASS: red', /UNKNOWN plugin-crashed/, tasting(async () => 'ripe')],
  [
    'a message whose value is not there',
    'PASS: no label',
    /^The message ripe is said where \{label\} has no value/,
    saying({ ripe: pass('The label is {label}.') }),
  ],
  [
    'a PASS before a restart',
    pending,
    /^"red" stays a PASS while colour waits/,
    tasting(({ colour, label }, settings) =>
      good({ colour: { ...(colour as Seen), isConfigPendingRestart: false }, label }, settings),
    ),
  ],
  [
    'a crash on a value that no case has',
    odd,
    /^The plugin fruitRipeness failed: Cannot read .* It comes of \{ label: undefined \} and \d+ more\.$/,
    tasting((facts, settings) => good({ ...facts, label: { value: (facts.label as Seen).value } }, settings)),
  ],
  [
    'a need that crashes',
    odd,
    /^The plugin fruitRipeness failed: .* It comes of \{ colour: null \}/,
    needing({ read: (fact) => ({ value: (fact as { value: string }).value.toLowerCase() }) }),
  ],
  [
    'a need that takes a missing value for a good one',
    odd,
    /^There is no colour, and still it is PASS ripe\. It comes of \{ colour: null \} and \d+ more\.$/m,
    needing({ read: (fact) => ({ value: (fact as { value: string } | null)?.value ?? 'red' }) }),
  ],
  [
    'a message whose value an odd server lacks',
    odd,
    /^The message unripe is said where \{label\} has no value\. It comes of \{ label: undefined \}/,
    saying({ unripe: fail('{label}') }),
  ],
  ['the verdict on the server before', same, /^"red" is first WARN waits: .*, then PASS ripe: The/m, late()],
  [
    'a change of its facts',
    same,
    /^"red" changes/m,
    tasting((facts, settings) => {
      const said = good(facts, settings);
      facts.colour = { value: 'eaten' };
      return said;
    }),
  ],
  [
    'a change of its settings',
    same,
    /^"green" changes/,
    tasting((facts, settings) => {
      const said = good(facts, settings);
      if (said === 'unripe') settings.ripe = 'green';
      return said;
    }),
  ],
];

function late(): Plugin {
  const said: unknown[] = ['ripe'];
  return tasting((facts, settings) => said.push(good(facts, settings)) && said.at(-2));
}

const tableMistakes: readonly Mistake[] = [
  ['no UNKNOWN', complete, /^No case is UNKNOWN/, plugin, { ...table, unknown: [] }],
  ['no WARN', complete, /^No case is WARN/, plugin, { ...table, warn: [] }],
  ['a message that no case reaches', complete, /^No case expects the message x/, saying({ x: fail('x') })],
  ['a part with a wrong name', complete, /^The table has a part "passes"/, plugin, { ...table, passes: [] } as Table],
  [
    'two cases with the same facts',
    complete,
    /^"FAIL: green again" has the same facts as "FAIL: green"/,
    plugin,
    { ...table, fail: [...table.fail, ['green again', fruit('green'), 'unripe']] },
  ],
  [
    'the same facts, with the default said aloud',
    complete,
    /has the same facts as "FAIL: green"/,
    plugin,
    { ...table, fail: [...table.fail, ['green again', fruit('green'), 'unripe', { ripe: 'red' }]] },
  ],
  [
    'two cases with the same name',
    complete,
    /^Two cases are called "FAIL: green"/,
    plugin,
    { ...table, fail: [...table.fail, ['green', fruit('yellow'), 'unripe']] },
  ],
  [
    'a fact that nobody needs',
    complete,
    /^"FAIL: green" has the fact size/,
    plugin,
    { ...table, fail: [['green', { ...fruit('green'), size: 'big' }, 'unripe']] },
  ],
  [
    'a fact left out',
    complete,
    /^"FAIL: green" leaves out label/,
    plugin,
    { ...table, fail: [['green', { colour: fruit('green').colour }, 'unripe']] },
  ],
  [
    'a setting that the plugin does not have',
    complete,
    /^"FAIL: green" has the setting size/,
    plugin,
    { ...table, fail: [['green', fruit('green'), 'unripe', { size: 'big' }]] },
  ],
  [
    'a setting that cannot be so',
    complete,
    /^"FAIL: green" sets ripe to blue/,
    plugin,
    { ...table, fail: [['green', fruit('green'), 'unripe', { ripe: 'blue' }]] },
  ],
  [
    'a message of another status',
    'PASS: red',
    /^The message unripe is FAIL, and never PASS/,
    plugin,
    { ...table, pass: [['red', fruit('red'), 'unripe']] },
  ],
  [
    'a message that the plugin does not have',
    'PASS: red',
    /^It has no message constructor, but ripe, unsold, waits, unripe/,
    plugin,
    { ...table, pass: [['red', fruit('red'), 'constructor']] },
  ],
  [
    'a message for an UNKNOWN',
    'UNKNOWN: absent',
    /^An UNKNOWN expects the kind of its reason: forbidden, .*; not unripe/,
    plugin,
    { ...table, unknown: [['absent', invisible, 'unripe']] },
  ],
  [
    'another reason',
    'UNKNOWN: absent',
    /^Expected UNKNOWN unreadable, but it is UNKNOWN absent: /,
    plugin,
    { ...table, unknown: [['absent', invisible, 'unreadable']] },
  ],
  [
    'a crash, and the wish for one',
    'UNKNOWN: any',
    /^A table cannot ask for a crash/,
    tasting(() => 'rotten'),
    { ...table, unknown: [['any', fruit('red'), 'plugin-crashed']] },
  ],
  [
    'a PASS of a server that was not read',
    'UNKNOWN: label could not be read',
    /^"unread", without label, is UNKNOWN stopped: Asleep/,
    plugin,
    {
      ...table,
      pass: [
        ['unread', { ...fruit('red'), colour: { gap: { kind: 'stopped', detail: 'Asleep.', remedy: '-' } } }, 'ripe'],
      ],
    },
  ],
  [
    'no PASS at the defaults',
    fix,
    /^No PASS has its settings at their defaults/,
    plugin,
    { ...table, pass: table.pass.filter((row) => row.length > 3) },
  ],
];

describe('the strict tester', () => {
  const problemsOf = (check: string, spoiled: Plugin, cases: Table = table) =>
    pluginChecks(spoiled, cases)
      .find(({ name }) => name === check)
      ?.problems() ?? assert.fail(`no check is called ${check}`);

  for (const { name, problems } of pluginChecks(plugin, table)) {
    it(`finds nothing in a good plugin: ${name}`, () => assert.deepEqual(problems(), []));
  }

  for (const [kind, mistakes] of Object.entries({
    'in what a plugin says': pluginMistakes,
    'in how it judges': judgeMistakes,
    'in its table': tableMistakes,
  })) {
    describe(`finds a mistake ${kind}`, () => {
      for (const [what, check, problem, spoiled, cases] of mistakes) {
        it(what, () => assert.match(problemsOf(check, spoiled, cases).join('\n'), problem));
      }
    });
  }

  it('has no rule that no mistake breaks', () => {
    const broken = new Set([...pluginMistakes, ...judgeMistakes, ...tableMistakes].map(([, check]) => check));
    const rules = pluginChecks(plugin, table).map(({ name }) =>
      name.replace(/^(PASS|WARN|FAIL|UNKNOWN): .*/, 'a case'),
    );
    assert.deepEqual(
      rules.filter((name) => name !== 'a case' && !broken.has(name)),
      [],
    );
  });

  it('says of a case what was expected, what came, and of which facts', () => {
    const [problem = ''] = problemsOf(
      'FAIL: green',
      tasting(() => 'ripe'),
    );
    assert.equal(
      problem.replaceAll(/\s+/g, ' '),
      'Expected FAIL unripe, but it is PASS ripe: The colour is green: it is red. ' +
        "The facts: { colour: { value: 'green', isConfigPendingRestart: false }, label: { value: 'new', isConfigPendingRestart: false } }",
    );
  });
});

describe('pgposture/testing', () => {
  const systems = [
    [
      'CommonJS',
      `const { definePlugin, boolean, fail, parameter, pass, warn } = require('pgposture');
       const { testPlugin } = require('pgposture/testing');`,
    ],
    [
      'an ES module',
      `import { definePlugin, boolean, fail, parameter, pass, warn } from 'pgposture';
       import { testPlugin } from 'pgposture/testing';`,
      '--input-type=module',
    ],
  ] as const;
  const use = (on: string) => `
    const plugin = definePlugin({
      id: 'taster', title: 'It is on', category: 'Fruit', domain: 'Orchards', severity: 'low', description: '-', moreInfo: '-',
      recommendedAction: '-', link: 'https://example.com/', compliance: [], settings: {},
      kind: 'Microsoft.DBforPostgreSQL/flexibleServers',
      needs: { jit: parameter(boolean) },
      messages: { on: pass('jit is {jit}.'), waits: warn('jit waits.'), off: fail('jit is {jit}.') },
      fix: { set: 'jit', to: 'on', values: ['on', 'off'], default: 'on', impact: 'It needs no restart.' },
      evaluate: ({ jit }) => (!jit.value ? 'off' : jit.isConfigPendingRestart ? 'waits' : 'on'),
    });
    const jit = (value, isConfigPendingRestart = false) => ({ jit: { value, isConfigPendingRestart } });
    testPlugin(plugin, {
      pass: [['on', jit('${on}'), 'on']], warn: [['waits', jit('on', true), 'waits']], fail: [['off', jit('off'), 'off']],
      unknown: [['absent', { jit: undefined }, 'absent']],
    });`;

  for (const [name, load, ...flags] of systems) {
    it(`tests a plugin from ${name}`, () => {
      const { status, output } = runNode([...flags, '-e', load + use('on')]);
      assert.equal(status, 0, output);
      assert.match(output, /taster[\s\S]*PASS: on[\s\S]* pass [1-9]/);
    });

    it(`fails a plugin from ${name}`, () => {
      const { status, output } = runNode([...flags, '-e', load + use('no')]);
      assert.equal(status, 1, output);
      assert.match(output, /Expected PASS on, but it is FAIL off: jit is no\./);
    });
  }

  it('loads no Azure package', () => {
    const script = `require('pgposture/testing'); console.log(Object.keys(require.cache).filter((file) => /@azure/.test(file)).length)`;
    const { output } = runNode(['-e', script]);
    assert.equal(output.trim(), '0');
  });
});
