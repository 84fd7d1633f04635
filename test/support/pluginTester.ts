import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { evaluate } from '../../engine/evaluate';
import type { Fact, Gap, Json, Plugin, Resource, Settings, Status } from '../../types';

/** The facts of one case, as a collector gives them: the raw value, `undefined` where Azure's whole answer lacks it, or a gap. */
export type Facts = Readonly<Record<string, Json | undefined | { readonly gap: Gap }>>;

/** What it is about, the facts, the message (or the reason kind of an UNKNOWN), and settings other than the defaults. */
export type Case = readonly [name: string, facts: Facts, expected: string, settings?: Settings];

export type Table = Readonly<Record<Lowercase<Status>, readonly Case[]>>;

/**
 * Runs a plugin through the engine on a table of cases, and is stricter than the table: it refuses two cases with the
 * same facts, a message that no case reaches, a placeholder that is not filled, and a table without an UNKNOWN. Of itself it adds, for each need, the case that it could not be collected.
 */
export function testPlugin(plugin: Plugin, table: Partial<Table>): void {
  const cases = Object.entries(table).flatMap(([status, rows]) =>
    rows.map((row) => ({ status: status.toUpperCase() as Status, row })),
  );
  const defaults = Object.fromEntries(
    Object.entries(plugin.settings).map(([name, setting]) => [name, setting.default]),
  );
  const run = ([, facts, , settings = {}]: Case) =>
    evaluate(plugin, deepFreeze(resourceWith(plugin, facts)), { ...defaults, ...settings });

  describe(plugin.id, () => {
    for (const { status, row } of cases) {
      const [name, , expected] = row;
      it(`${status}: ${name}`, () => {
        const result = run(row);
        assert.equal(result.status, status, result.message);
        if (status === 'UNKNOWN') assert.equal(result.reason?.kind, expected);
        else
          assert.equal(
            patternOf(plugin, expected).test(result.message),
            true,
            `"${result.message}" is not ${expected}`,
          );
        assert.equal(
          result.reason !== undefined,
          status === 'UNKNOWN',
          'a reason belongs to UNKNOWN, and to nothing else',
        );
        assert.doesNotMatch(result.message, /\{\w+\}/, 'a placeholder is not filled');
      });
    }

    for (const need of Object.keys(plugin.needs)) {
      it(`UNKNOWN: ${need} could not be collected`, () => {
        for (const [name, facts, , settings = {}] of table.pass ?? []) {
          const { status, reason } = run([name, { ...facts, [need]: { gap } }, gap.kind, settings]);
          assert.deepEqual([status, reason], ['UNKNOWN', gap], name);
        }
      });
    }

    it('has a table that leaves nothing out', () => {
      const statuses = Object.values(plugin.messages).map(({ status }) => status);
      for (const status of ['UNKNOWN', ...statuses]) {
        assert.ok(
          cases.some((each) => each.status === status),
          `no case is ${status}`,
        );
      }
      const reached = new Set(cases.map(({ row }) => row[2]));
      for (const id of Object.keys(plugin.messages)) assert.ok(reached.has(id), `no case reaches the message ${id}`);
      const seen = new Set<string>();
      for (const { row } of cases) {
        const facts = JSON.stringify([row[1], row[3]], (_, value) => (value === undefined ? '(absent)' : value));
        assert.ok(!seen.has(facts), `two cases have the facts ${facts}`);
        seen.add(facts);
      }
    });
  });
}

const gap: Gap = { kind: 'forbidden', code: 'AuthorizationFailed', detail: 'Refused by the tester.', remedy: 'None.' };

function resourceWith(plugin: Plugin, facts: Facts): Resource {
  const asFact = (value: Facts[string]): Fact =>
    isGap(value) ? { known: false, gap: value.gap } : { known: true, value: value as Json | undefined };
  return {
    id: '/subscriptions/0/resourceGroups/fruit/providers/x/apple',
    name: 'apple',
    type: plugin.kind,
    location: 'eastus',
    resourceGroup: 'fruit',
    subscriptionId: '0',
    facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, asFact(value)])),
  };
}

const isGap = (value: Facts[string]): value is { readonly gap: Gap } =>
  typeof value === 'object' && value !== null && 'gap' in value;

/** The message, with anything in its placeholders. */
function patternOf(plugin: Plugin, id: string): RegExp {
  const text = plugin.messages[id]?.text;
  assert.ok(text !== undefined, `${plugin.id} has no message ${id}`);
  return new RegExp(`^${text.replaceAll(/[.*+?^$()|[\]\\]/g, '\\$&').replaceAll(/\{\w+\}/g, '.+')}$`, 's');
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
