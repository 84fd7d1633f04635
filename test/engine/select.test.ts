import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { wholeness } from '../../engine/foreign';
import { checkPlugins, checkSettings, needsOf, type Selection, selectPlugins, settingsOf } from '../../engine/select';
import { own, published } from '../../helpers/compliance';
import { oneOf } from '../../helpers/need';
import type { ScanError } from '../../helpers/scanError';
import real from '../../plugins/azure/postgresqlserver/flexibleServerRequireSecureTransport';
import type { ForeignSetting, Plugin, Setting, Severity } from '../../types';
import { flexible, single } from '../support/report';

const pluginOf = (id: string, severity: Severity, more: Partial<Plugin> = {}): Plugin => ({
  ...real,
  id,
  severity,
  ...more,
});
const plugins = [pluginOf('appleRipe', 'low'), pluginOf('bananaRipe', 'high'), pluginOf('cherrySour', 'medium')];
const failsWith = (expected: Pick<ScanError, 'code' | 'message' | 'remedy'>) => ({ name: 'ScanError', ...expected });

/** Two that are mapped to controls, and one that is not: as a plugin of another tool. */
const mapped: readonly Pick<Plugin, 'id' | 'severity'>[] = [
  pluginOf('appleRipe', 'low', { compliance: published('pci', 'DSS 4.0.1', '4.2.1') }),
  pluginOf('bananaRipe', 'high', { compliance: [...own('cis', 'x', '1'), ...own('nist', 'x', '1')] }),
  { id: 'cherrySour', severity: 'high' },
];

describe('selectPlugins', () => {
  const rows: readonly [name: string, selection: Selection, ids: string][] = [
    ['all, if nothing is asked for', {}, 'appleRipe bananaRipe cherrySour'],
    ['all, if no id is given', { ids: [] }, 'appleRipe bananaRipe cherrySour'],
    [
      'those named, once each and in their own order',
      { ids: ['cherrySour', 'appleRipe', 'cherrySour'] },
      'appleRipe cherrySour',
    ],
    ['low or above', { severity: 'low' }, 'appleRipe bananaRipe cherrySour'],
    ['medium or above', { severity: 'medium' }, 'bananaRipe cherrySour'],
    ['high', { severity: 'high' }, 'bananaRipe'],
    ['those named that are at or above', { ids: ['appleRipe', 'cherrySour'], severity: 'medium' }, 'cherrySour'],
  ];
  for (const [name, selection, ids] of rows) {
    it(`takes ${name}`, () =>
      assert.equal(
        selectPlugins(plugins, selection)
          .map(({ id }) => id)
          .join(' '),
        ids,
      ));
  }

  for (const [selection, ids] of [
    [{ frameworks: [] }, 'appleRipe bananaRipe cherrySour'],
    [{ frameworks: ['pci'] }, 'appleRipe'],
    [{ frameworks: ['nist', 'pci'] }, 'appleRipe bananaRipe'],
    [{ frameworks: ['nist', 'pci'], severity: 'high' }, 'bananaRipe'],
    [{ frameworks: ['nist', 'pci'], ids: ['appleRipe', 'cherrySour'] }, 'appleRipe'],
  ] satisfies readonly [Selection, string][]) {
    it(`takes by the controls that they are mapped to, by us or not: ${JSON.stringify(selection)}`, () =>
      assert.equal(
        selectPlugins(mapped, selection)
          .map(({ id }) => id)
          .join(' '),
        ids,
      ));
  }

  for (const [selection, message] of [
    [{ frameworks: ['soc2'] }, 'No selected plugin is mapped to a control of SOC 2.'],
    [{ ids: ['cherrySour'], frameworks: ['cis'] }, 'No selected plugin is mapped to a control of CIS.'],
    [
      { severity: 'medium', frameworks: ['pci', 'hipaa'] },
      'No selected plugin has severity medium or above and is mapped to a control of PCI or HIPAA.',
    ],
  ] satisfies readonly [Selection, string][]) {
    it(`refuses to select none: ${message}`, () => {
      const remedy = 'Lower --severity, or name other plugins or frameworks.';
      assert.throws(() => selectPlugins(mapped, selection), failsWith({ code: 'unknown-plugin', message, remedy }));
    });
  }

  it('refuses an unknown id, and names the nearest', () => {
    assert.throws(
      () => selectPlugins(plugins, { ids: ['appleRipe', 'bananRipe'] }),
      failsWith({
        code: 'unknown-plugin',
        message: 'No plugin is called "bananRipe".',
        remedy: 'Did you mean bananaRipe?',
      }),
    );
  });

  it('names all if none is near', () => {
    assert.throws(() => selectPlugins(plugins, { ids: ['x'] }), {
      remedy: 'There are: appleRipe, bananaRipe, cherrySour.',
    });
  });

  it('refuses to run nothing', () => {
    assert.throws(() => selectPlugins(plugins, { ids: ['appleRipe'], severity: 'high' }), {
      ...{ name: 'ScanError', code: 'unknown-plugin' },
      message: 'No selected plugin has severity high or above.',
      remedy: 'Lower --severity or name other plugins.',
    });
  });
});

describe('checkPlugins', () => {
  it('takes plugins that have each an id of their own', () => assert.equal(checkPlugins(plugins), undefined));

  it('refuses none', () => {
    assert.throws(
      () => checkPlugins([]),
      failsWith({ code: 'unknown-plugin', message: 'There is no plugin to run.', remedy: 'Give at least one.' }),
    );
  });

  it('refuses two of one id', () => {
    assert.throws(
      () => checkPlugins([...plugins, pluginOf('bananaRipe', 'low')]),
      failsWith({
        code: 'unknown-plugin',
        message: 'Two plugins have the id "bananaRipe".',
        remedy: 'Rename one of them.',
      }),
    );
  });
});

describe('settingsOf and checkSettings', () => {
  const setting = (...values: [string, ...string[]]) => ({ description: 'How.', default: values[0], values });
  const settable = [
    pluginOf('appleRipe', 'low', { settings: { sweetness: setting('1', '2') } }),
    pluginOf('bananaRipe', 'low', { settings: { sweetness: setting('1', '2'), colour: setting('red', 'green') } }),
  ];

  it('takes the defaults', () => assert.deepEqual(settingsOf(settable), { sweetness: '1', colour: 'red' }));
  it('takes what is given', () => {
    assert.deepEqual(settingsOf(settable, { colour: 'green' }), { sweetness: '1', colour: 'green' });
  });
  it('has none if the plugins have none', () => assert.deepEqual(settingsOf(plugins), {}));

  it('ignores a setting of other plugins, which checkSettings does not', () => {
    assert.deepEqual(settingsOf(settable, { ripeness: 'full' }), { sweetness: '1', colour: 'red' });
  });

  const refused: readonly [name: string, value: string, message: string, remedy: string][] = [
    ['color', 'red', 'No plugin has a setting "color".', 'Did you mean colour?'],
    ['x', 'red', 'No plugin has a setting "x".', 'There are: sweetness, colour.'],
    ['constructor', 'red', 'No plugin has a setting "constructor".', 'There are: sweetness, colour.'],
    ['colour', 'blue', 'The setting colour cannot be "blue".', 'It can be red or green.'],
    ['colour', '', 'The setting colour cannot be "".', 'It can be red or green.'],
  ];
  for (const [name, value, message, remedy] of refused) {
    it(`refuses ${name}=${value}`, () =>
      assert.throws(
        () => checkSettings(settable, { [name]: value }),
        failsWith({ code: 'bad-setting', message, remedy }),
      ));
  }

  it('says so where no plugin has a setting', () => {
    assert.throws(() => checkSettings(plugins, { colour: 'red' }), { remedy: 'There are: none.' });
  });
});

describe('a setting of one name in two plugins', () => {
  const values = (...values: [string, ...string[]]) => ({ description: 'How.', default: values[0], values });
  const regex = (standard: string, regex: string) => ({ description: 'How.', default: standard, regex });
  const both = (one: Setting | ForeignSetting, other: Setting | ForeignSetting) =>
    [one, other].map((ripeness) => ({ settings: { ripeness } })) as Pick<Plugin, 'settings'>[];
  const clash = /^Two plugins have a setting ripeness, and one means "1" where nobody chooses, the other "2"\.$/;

  const rows: readonly (readonly [
    name: string,
    plugins: ReturnType<typeof both>,
    given: string | undefined,
    expected: string | RegExp,
  ])[] = [
    ['has one default', both(values('1', '2'), regex('1', '^.$')), undefined, '1'],
    ['is what both let it be', both(values('1', '2'), regex('2', '^[12]$')), '1', '1'],
    ['has two defaults', both(values('1', '2'), regex('2', '^[12]$')), undefined, clash],
    ['cannot be what only one lets it be', both(values('1', '2'), regex('2', '^[23]$')), '3', /cannot be "3"/],
    ['cannot be what only the other lets it be', both(regex('2', '^[23]$'), values('1', '2')), '3', /cannot be "3"/],
    ['may have a default that its own rule refuses', both(regex('', '^.$'), regex('', '^.$')), undefined, ''],
  ];
  for (const [name, plugins, given, expected] of rows) {
    it(name, () => {
      const settings = () => settingsOf(plugins, given === undefined ? {} : { ripeness: given });
      if (typeof expected === 'string') assert.deepEqual(settings(), { ripeness: expected });
      else assert.throws(settings, { name: 'ScanError', code: 'bad-setting', message: expected });
    });
  }

  it('that has two defaults can be chosen', () => {
    const remedy = 'Choose, with --setting ripeness=…, or run one of them, with --plugin.';
    assert.throws(() => settingsOf(both(values('1'), values('2'))), { remedy });
  });

  it('that is a regular expression tells which, and takes no missing value for a word', () => {
    const plugins = both(regex('1', '^[a-z1]+$'), regex('1', '^[a-z1]+$'));
    const remedy = 'It has to match ^[a-z1]+$.';
    assert.throws(() => settingsOf(plugins, { ripeness: '2' }), { message: /cannot be "2"/, remedy });
    assert.throws(() => settingsOf(plugins, { ripeness: undefined as never }), { message: /cannot be "undefined"/ });
  });

  it('may be given what one of them lets it be, as far as nobody says which are to run', () => {
    const plugins = both(values('1', '2'), regex('2', '^[23]$'));
    for (const given of ['1', '2', '3']) checkSettings(plugins, { ripeness: given });
    assert.throws(() => checkSettings(plugins, { ripeness: '4' }), {
      code: 'bad-setting',
      remedy: 'It can be 1 or 2.',
    });
  });
});

it('needsOf names every fact once, in order, under the kinds that are judged and no other', () => {
  const needing = (kind: Plugin['kind'], ...names: string[]) =>
    pluginOf('x', 'low', { kind, needs: Object.fromEntries(names.map((name) => [name, oneOf('on')])) });
  assert.deepEqual(
    needsOf([needing(flexible, 'ssl', 'cipher'), needing(flexible, 'audit', 'ssl')]),
    new Map([[flexible, ['audit', 'cipher', 'ssl']]]),
  );
  assert.deepEqual([...needsOf([needing(single), needing(flexible)]).keys()], [single, flexible]);
  assert.deepEqual(
    needsOf([needing(flexible, 'ssl')], [{ kinds: [single, flexible] } as never]),
    new Map([
      [flexible, [wholeness, 'ssl']],
      [single, [wholeness]],
    ]),
  );
});
