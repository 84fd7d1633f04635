import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import { misfit, type Schema } from '../../helpers/jsonSchema';
import type { Json } from '../../types';
import { root } from '../support/root';

import schema = require('../../schema');

const report = JSON.parse(readFileSync(join(root, 'test/fixtures/report-1.json'), 'utf8')) as Json;

describe('misfit', () => {
  it('says where', () => {
    const rows: readonly (readonly [value: unknown, where: string | undefined])[] = [
      [report, undefined],
      [null, ''],
      [{}, '/schemaVersion'],
      [{ ...(report as object), schemaVersion: 2 }, '/schemaVersion'],
      [{ ...(report as object), results: [{}] }, '/results/0/plugin'],
      [{ ...(report as object), settings: { a: '1', b: 2 } }, '/settings/b'],
      [{ ...(report as object), scopes: [null] }, '/scopes/0'],
      [JSON.parse('{"__proto__": {"schemaVersion": 1}}'), '/schemaVersion'],
    ];
    for (const [value, where] of rows) assert.equal(misfit(value, schema as Schema), where);
  });

  it('knows every keyword of our schema', () => {
    const known =
      /^(\$ref|\$defs|type|const|enum|anyOf|pattern|minimum|items|properties|required|additionalProperties|if|then|else|\$schema|\$id|\$comment|title|description)$/;
    const look = (node: unknown, isSchema = true): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [name, each] of Object.entries(node)) {
        if (isSchema && !Array.isArray(node)) assert.match(name, known);
        if (!/^(const|enum|required)$/.test(name)) look(each, !isSchema || !/^(properties|\$defs)$/.test(name));
      }
    };
    look(schema);
  });

  it('says of a report in which anything was changed what Ajv says', () => {
    const validate = new Ajv2020({ strict: true }).compile(schema);
    const other = fc.constantFrom<unknown>(undefined, null, '', 'PASS', 'x-y', 0, -1, 0.5, true, [], {}, [{}], {
      kind: 'stopped',
    });
    let invalid = 0;
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat()), fc.integer({ min: 0, max: 6 }), other, (by, depth, value) => {
        const changed = structuredClone(report) as Record<string, unknown>;
        let node = changed;
        let name = '';
        for (let i = 0; i <= depth; i++) {
          const names = Object.keys(node);
          name = names[by.next().value % names.length] ?? 'novelty';
          const below = node[name];
          if (i === depth || typeof below !== 'object' || below === null) break;
          node = below as typeof node;
        }
        if (value === undefined && !Array.isArray(node)) delete node[name];
        else node[name] = value ?? null;
        const fits = validate(changed);
        if (!fits) invalid++;
        assert.equal(misfit(changed, schema as Schema) === undefined, fits, `${name}: ${JSON.stringify(value)}`);
      }),
      { numRuns: 2_000 },
    );
    assert.ok(invalid > 500);
  });
});
