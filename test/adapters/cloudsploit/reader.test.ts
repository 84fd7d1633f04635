import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CollectionReader } from '../../../adapters/cloudsploit/reader';
import type { ScanError } from '../../../helpers/scanError';
import type { Json } from '../../../types';
import { frozen, readText, recording, replay } from '../../support/collection';
import { changing, fruitWith } from '../../support/orchard';
import { root } from '../../support/root';
import { scanTenant } from '../../support/scanTenant';

const written = frozen.map((path) => readFileSync(path, 'utf8'));
const legacy = written[2] ?? '';

const halfWritten = /^It may be half written or half copied: collect again\.$/;
const refused = (message: RegExp | string, remedy: RegExp) => (error: ScanError) => {
  assert.equal(error.code, 'unreadable-input', error.stack);
  if (typeof message === 'string') assert.equal(error.message, message);
  else assert.match(error.message, message);
  assert.match(error.remedy, remedy);
  return true;
};

describe('the text of a collection', () => {
  const minified = (text: string) => JSON.stringify(JSON.parse(text));
  const forms: readonly (readonly [name: string, form: (text: string) => string, chunk?: number])[] = [
    ['in chunks of one byte', (text) => text, 1],
    ['in chunks of seven bytes', (text) => text, 7],
    ['minified', minified],
    ['minified, in chunks of one byte', minified, 1],
    ['printed for eyes', (text) => JSON.stringify(JSON.parse(text), null, '\t')],
    ['with the line ends and the byte order mark of Windows', (text) => `\ufeff${text.replaceAll('\n', '\r\n')}`],
    ['with a blank end', (text) => `${text}\n \t\r\n`],
    [
      'with every character escaped',
      (text) => text.replace(/[ü&]/g, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`),
    ],
  ];
  for (const [name, form, chunk] of forms) {
    it(`may come ${name}`, () => {
      for (const text of written) assert.deepEqual(readText(form(text), { ...(chunk && { chunk }) }), readText(text));
    });
  }

  it('is understood as JavaScript understands it, wherever its chunks end', () => {
    const entries = fc.dictionary(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('__proto__', 'constructor')),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 40 }), fc.boolean(), (listPostgres, chunk, pretty) => {
        const text = JSON.stringify(
          { servers: { listPostgres: { eastus: null, ...listPostgres } } },
          null,
          pretty ? 1 : 0,
        );
        assert.deepEqual(readText(text, { chunk }).cache, JSON.parse(text));
      }),
    );
  });

  it('may have names of JavaScript in it, and changes none of its objects', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const entries = Object.fromEntries(names.map((name) => [name, Object.fromEntries(names.map((id) => [id, {}]))]));
    const collection = {
      servers: { listPostgres: entries },
      flexibleServersConfigurations: { listByPostgresServer: entries },
    };
    assert.deepEqual(readText(JSON.stringify(collection)).cache, collection);
    for (const name in {}) assert.fail(name);
  });

  it('is forgotten but for what is needed', () => {
    const parameters = ['require_secure_transport'];
    const needs = new Map([
      ['Microsoft.DBforPostgreSQL/flexibleServers', parameters],
      ['Microsoft.DBforPostgreSQL/servers', ['sslEnforcement']],
    ] as const);
    const kept = new Set<string>();
    JSON.stringify(readText(written[0] ?? '', { needs }).cache, (name, value: unknown) => {
      if (typeof value === 'string' || typeof value === 'boolean') kept.add(name);
      return value;
    });
    assert.deepEqual([...kept].sort(), ['id', 'isConfigPendingRestart', 'location', 'name', 'value']);
    const servers = readText(legacy, { needs }).cache as { servers: { listPostgres: { uksouth: { data: Json[] } } } };
    assert.deepEqual(Object.keys(servers.servers.listPostgres.uksouth.data[0] ?? {}).sort(), [
      'id',
      'location',
      'name',
      'sslEnforcement',
    ]);
  });
});

/** One server of each kind, as short as can be. */
async function smallest(): Promise<string> {
  const { recorder, texts } = recording();
  const short = changing(/aaaaaaaa.*(ervers|configurations)\?/, (body) => {
    const needed = body.value.filter((item) =>
      /secure|min_protocol|^apple|^quince/.test((item as { name: string }).name),
    );
    body.value = needed.map((item) => {
      const { id, name, location, properties } = item as Record<string, Json>;
      const { value, sslEnforcement, minimalTlsVersion } = properties as Record<string, Json>;
      return { id, name, location, properties: { value, sslEnforcement, minimalTlsVersion } } as unknown as Json;
    });
  });
  await scanTenant(fruitWith(short), { recorder, inProcess: true, subscriptions: ['Orchard'] });
  return texts.values().next().value ?? '';
}

describe('a collection that is broken', () => {
  let small: string;
  before(async () => {
    small = await smallest();
  });

  it('is refused wherever it breaks off, and the line is named', () => {
    for (const text of [small, ...written.slice(2)]) {
      const bytes = Buffer.from(text);
      for (let length = 0; length < bytes.length - 1; length++) {
        const lines = bytes.subarray(0, length).toString().split('\n').length;
        const where = length === 0 ? '"x.json" is empty.' : `"x.json" breaks off in line ${lines}.`;
        assert.throws(() => readText(bytes.subarray(0, length)), refused(where, halfWritten));
      }
    }
  });

  it('is refused, or judged without losing a server, whichever byte is another', async () => {
    const { summary } = await replay([small]);
    assert.equal(summary.servers, 2);
    let judged = 0;
    for (let at = 0; at < small.length; at++) {
      const bytes = Buffer.from(small);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 7));
      try {
        const report = await replay([bytes]);
        judged++;
        assert.ok(report.summary.servers === 2 || !report.complete, `${at}: ${bytes}`);
      } catch (error) {
        assert.match((error as ScanError).message, /^"0\.json" (is|was|breaks off) /);
      }
    }
    assert.ok(judged > 0 && judged < small.length);
  });

  const places: readonly (readonly [text: string, place: string])[] = [
    ['{"pgposture": oops', 'line 1, column 13'],
    ['{\n"servers": {\n  "listPostgres": [}', 'line 3, column 19'],
    ['{"a": 1,}', 'line 1, column 8'],
    ['{"a": "\n"}', 'line 1, column 5'],
    ['{"a": 01}', 'line 1, column 7'],
    ["{'a': 1}", 'line 1, column 1'],
    ['{"a": 1} {"a": 2}', 'line 1, column 8'],
    ['{"ä": NaN}', 'line 1, column 6'],
  ];
  for (const [text, place] of places) {
    it(`is refused with its place: ${JSON.stringify(text)}`, () => {
      assert.throws(() => readText(text), refused(`"x.json" is no JSON behind ${place}.`, halfWritten));
    });
  }

  it('is refused with its place, behind many chunks', () => {
    const text = `{"other": [\n${'{"a": "b"},\n'.repeat(20_000)}{"a" "b"}]}`;
    const { length } = text.split('\n');
    assert.throws(
      () => readText(text, { chunk: 65_536 }),
      refused(`"x.json" is no JSON behind line ${length}, column 2.`, halfWritten),
    );
  });

  const ends: readonly (readonly [name: string, end: string])[] = [
    ['half a word', 'tru'],
    ['half a text', '"'],
    ['a number', '7'],
    ['a sign', '-'],
    ['a bracket', '}'],
    ['a zero byte', '\u0000'],
    ['another collection', legacy],
  ];
  for (const [name, end] of ends) {
    it(`is refused with ${name} behind its end`, () => {
      assert.throws(
        () => readText(legacy + end),
        refused(/^"x\.json" (breaks off in line 56|is no JSON behind line 5[56], column \d+)\.$/, halfWritten),
      );
    });
  }
});

describe('a collection that is JSON, and hides something', () => {
  const off = '{"name": "require_secure_transport", "value": "off"}';
  const rows: readonly (readonly [name: string, text: string, message: string])[] = [
    [
      'a location twice',
      '{"servers": {"listPostgres": {\n"eastus": {"data": [{}]},\n"eastus": {"data": []}}}}',
      'is ambiguous: eastus stands twice in one object, again in line 3, column 1.',
    ],
    [
      'a field of a server twice',
      '{"servers": {"listPostgres": {"eastus": {"data": [{"sslEnforcement": "Disabled",\n "ssl\\u0045nforcement": "Enabled"}]}}}}',
      'is ambiguous: sslEnforcement stands twice in one object, again in line 2, column 2.',
    ],
    [
      'the parameters of a server twice',
      `{"flexibleServersConfigurations": {"listByPostgresServer": {"eastus": {"/a": {"data": [${off}]}, "/a": {"data": []}}}}}`,
      'is ambiguous: /a stands twice in one object, again in line 1, column 144.',
    ],
    [
      'a call twice, of others',
      '{"x": {}, "x": 1}',
      'is ambiguous: x stands twice in one object, again in line 1, column 11.',
    ],
    ['brackets in brackets', `{"x": ${'['.repeat(100)}`, 'is nested too deeply in line 1, column 106.'],
  ];
  for (const [name, text, message] of rows) {
    for (const chunk of [1, 20, undefined]) {
      it(`is refused for ${name}, in chunks of ${chunk ?? 'any length'}`, () => {
        const read = () => readText(text, chunk === undefined ? {} : { chunk });
        assert.throws(read, refused(`"x.json" ${message}`, /^Give a file/));
      });
    }
  }

  it('may be a hundred brackets deep', () => {
    const deep = `${'['.repeat(99)}${']'.repeat(99)}`;
    assert.ok(readText(`{"x": ${deep}, ${legacy.slice(legacy.indexOf('{') + 1)}`).header);
  });

  const chunk = Buffer.from(',0'.repeat(1_000_000));

  it('may hold as much of other services as it likes', () => {
    const reader = new CollectionReader('x.json');
    reader.write(Buffer.from('{"storageAccounts": {"list": {"eastus": {"data": [0'));
    for (let i = 0; i < 11; i++) reader.write(chunk);
    reader.write(Buffer.from(`]}}}, ${legacy.slice(legacy.indexOf('{') + 1)}`));
    assert.deepEqual(reader.end().cache, readText(legacy).cache);
  });

  it('is refused for a list without an end, and not kept', () => {
    const reader = new CollectionReader('x.json');
    reader.write(Buffer.from('{"servers": {"listPostgres": {"eastus": {"data": [0'));
    const tooMany = refused(
      '"x.json" has an entry with more than 10000000 values in line 1, column 20000052.',
      /^Give a file/,
    );
    assert.throws(() => {
      for (let i = 0; i < 11; i++) reader.write(chunk);
    }, tooMany);
  });

  it('is refused for a text without an end, and not kept', () => {
    const reader = new CollectionReader('x.json');
    const endless = Buffer.alloc(1_000_000, 'x');
    reader.write(Buffer.from('{"a": "'));
    const tooLong = refused(
      '"x.json" has a text, or a gap, of more than 10 MB behind line 1, column 5.',
      /^Give a file/,
    );
    assert.throws(() => {
      for (let i = 0; i < 20; i++) reader.write(endless);
    }, tooLong);
  });
});

describe('a file that is no collection', () => {
  const others: readonly (readonly [name: string, text: string | Uint8Array, message: RegExp])[] = [
    ['nothing', '', /is empty/],
    ['white space', ' \n', /breaks off in line 2/],
    ['packed', gzipSync(legacy), /is no JSON\./],
    ['UTF-16', Buffer.from(`\ufeff${legacy}`, 'utf16le'), /is UTF-16\.$/],
    ['UTF-16 without a mark', Buffer.from(legacy, 'utf16le'), /is UTF-16\.$/],
    ['binary', Buffer.from([0xef, 0xbb, 0x7f, 0x45]), /is no JSON\./],
    ['text', 'Saw 11 PostgreSQL servers', /is no JSON\./],
    [
      'a report',
      readFileSync(join(root, 'test/fixtures/report-1.json')),
      /holds no PostgreSQL server, and no pgposture/,
    ],
    ['a list', '[]', /holds no PostgreSQL server/],
    ['a list of collections', `[${legacy}]`, /holds no PostgreSQL server/],
    ['a number', '7', /holds no PostgreSQL server/],
    ['null', 'null', /holds no PostgreSQL server/],
    ['an empty object', '{}', /holds no PostgreSQL server/],
    [
      "CloudSploit's, of other services",
      '{"virtualMachines":{"listAll":{"eastus":{"data":[]}}}}',
      /holds no PostgreSQL server/,
    ],
    ["CloudSploit's, of no location", '{"servers":{"listPostgres":{}}}', /holds no PostgreSQL server/],
    ['Latin-1', Buffer.from('{"a":"M\u00fcller"}', 'latin1'), /is no JSON behind line 1, column 5/],
  ];
  for (const [name, text, message] of others) {
    it(`is refused: ${name}`, () =>
      assert.throws(() => readText(text), refused(message, /^(It may|Give a file|Save the file as UTF-8)/)));
  }
});

describe('what stands under pgposture', () => {
  type Header = Record<string, Json>;
  const header = (JSON.parse(legacy) as { pgposture: Header }).pgposture;
  const withHeader = (pgposture: Json) => JSON.stringify({ ...(JSON.parse(legacy) as object), pgposture });
  const scope = header.scope as Header;
  const gap = { kind: 'forbidden', detail: 'no', remedy: 'ask' };
  const tenant = { ...scope, type: 'Microsoft.Resources/tenants', subscriptionId: null };
  const coverage = (each: Json) => ({ ...scope, kinds: { 'Microsoft.DBforPostgreSQL/servers': each } });

  const wrong: Readonly<Record<string, readonly Json[]>> = {
    schemaVersion: [0, -1, '1', null, true],
    tool: [null, 'pgposture', {}, { name: 'pgposture' }, { name: 1, version: '1' }],
    startedAt: [null, 7, '', 'yesterday', '2025-03-27', '2025-03-27T12:00:00Z'],
    finishedAt: [null, 7, '', 'tomorrow', '2025-02-30T12:00:00.000Z'],
    complete: [null, 'true', 1],
    settings: [null, [], 'x', { minimumTlsVersion: 1.2 }],
    scope: [
      null,
      {},
      'Legacy',
      ...Object.keys(scope).map((name) => ({ ...scope, [name]: 7 })),
      { ...scope, type: 'constructor' },
      { ...scope, kinds: { 'Microsoft.DBforMySQL/servers': { answered: true, servers: 0 } } },
      ...[
        null,
        {},
        { answered: true },
        { answered: 'yes', servers: 1 },
        { answered: true, servers: -1 },
        { answered: true, servers: 0.5 },
        { answered: false, servers: 0 },
        { answered: false, servers: 0, reason: { ...gap, kind: 'constructor' } },
      ].map(coverage),
      tenant,
    ] as Json[],
    unlisted: [null, {}, [null], [{}], [scope], [{ ...tenant, type: 'constructor' }]],
    gaps: [
      null,
      [],
      'x',
      { x: 'gone' },
      { x: { ...gap, kind: 'gone' } },
      { x: { kind: 'forbidden' } },
      { x: { ...gap, code: 7 } },
    ],
  };

  it('is known to be right as it was written', () => {
    assert.deepEqual(Object.keys(wrong).sort(), Object.keys(header).sort());
    assert.deepEqual(readText(withHeader({ ...header, unlisted: [tenant], gaps: { x: gap } })).header, {
      ...header,
      unlisted: [tenant],
      gaps: { x: gap },
    });
    assert.deepEqual(readText(withHeader({ ...header, more: 1 })).header, { ...header, more: 1 });
  });

  for (const [field, values] of Object.entries(wrong)) {
    it(`is refused by the name of the field: ${field}`, () => {
      const message = `"x.json" is not as pgposture wrote it: pgposture.${field} is not what it should be.`;
      const { [field]: _, ...rest } = header;
      for (const text of [withHeader(rest), ...values.map((value) => withHeader({ ...header, [field]: value }))]) {
        assert.throws(() => readText(text), refused(message, halfWritten), text.slice(0, 1500));
      }
    });
  }

  for (const value of [null, [], 'x', 7]) {
    it(`is refused as a whole: ${JSON.stringify(value)}`, () => {
      const message = '"x.json" is not as pgposture wrote it: pgposture is not what it should be.';
      assert.throws(() => readText(withHeader(value)), refused(message, halfWritten));
    });
  }

  it('may be of a version that is to come', () => {
    const message = '"x.json" is a collection of version 2, and this pgposture reads version 1.';
    const later = withHeader({ schemaVersion: 2, scopes: [] });
    assert.throws(() => readText(later), refused(message, /^Update pgposture\.$/));
  });
});
