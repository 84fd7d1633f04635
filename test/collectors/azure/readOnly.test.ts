import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PostgreSQLManagementClient } from '@azure/arm-postgresql';
import { PostgreSQLManagementFlexibleServerClient } from '@azure/arm-postgresql-flexible';
import { createHttpHeaders, type PipelineRequest } from '@azure/core-rest-pipeline';
import type { Arm } from '../../../collectors/azure/arm';
import { armOf } from '../../support/arm';
import { root } from '../../support/root';
import { accessToken } from '../../support/secrets';

/** Azure Resource Manager, which answers all with an empty list and keeps what was asked. */
function armThatAnswers(sent: PipelineRequest[]): Arm {
  return armOf(
    async (request) => {
      sent.push(request);
      const headers = createHttpHeaders({ 'content-type': 'application/json' });
      return { request, status: 200, headers, bodyAsText: '{"value":[]}' };
    },
    async () => ({ token: accessToken, expiresOnTimestamp: Number.POSITIVE_INFINITY }),
  );
}

type Operation = (...given: readonly unknown[]) => unknown;

/** Every operation of an SDK client, whatever it is called. */
const operationsOf = (client: object): [name: string, operation: Operation][] =>
  Object.entries(client)
    .filter(([name, group]) => !/^(_|pipeline$)/.test(name) && typeof group === 'object' && group !== null)
    .flatMap(([name, group]: [string, Record<string, Operation>]) => {
      const methods = [...Object.keys(group), ...Object.getOwnPropertyNames(Object.getPrototypeOf(group))];
      return methods
        .filter((method) => method !== 'constructor' && !method.startsWith('__') && !(method in Object.prototype))
        .filter((method) => typeof group[method] === 'function')
        .map((method): [string, Operation] => [`${name}.${method}`, (...given) => group[method]?.(...given)]);
    });

/** Whatever an operation may want: names, and an object with every field that one of them asks for. */
const anything = new Proxy({}, { get: (_, name) => (typeof name === 'string' ? 'apple' : undefined), has: () => true });
const argumentLists = [0, 1, 2, 3, 4].flatMap((names) => [
  Array<unknown>(names).fill('apple'),
  [...Array<unknown>(names).fill('apple'), {}],
  [...Array<unknown>(names).fill('apple'), { properties: {}, location: 'eastus', createMode: 'Default' }],
  [...Array<unknown>(names).fill('apple'), anything],
]);

/** An operation gives a promise, a poller or an iterator. */
async function run(operation: Operation, given: readonly unknown[]): Promise<unknown> {
  const begun = await operation(...given);
  return (begun as { next?: () => unknown } | undefined)?.next?.();
}

describe('the scanner only reads', () => {
  for (const [name, clientOf, least] of [
    [
      'Flexible Server',
      (arm: Arm) =>
        new PostgreSQLManagementFlexibleServerClient(
          arm.credential,
          '00000000-0000-0000-0000-000000000000',
          arm.clientOptions,
        ),
      50,
    ],
    [
      'Single Server',
      (arm: Arm) =>
        new PostgreSQLManagementClient(arm.credential, '00000000-0000-0000-0000-000000000000', arm.clientOptions),
      40,
    ],
  ] as const) {
    it(`whatever operation of the SDK for ${name} is called, with whatever`, async () => {
      const sent: PipelineRequest[] = [];
      const refused = new Set<string>();
      for (const [operation, call] of operationsOf(clientOf(armThatAnswers(sent)))) {
        for (const given of argumentLists) {
          await run(call, given).catch((error: Error) => {
            if (/pgposture only reads/.test(error.message)) refused.add(operation);
          });
        }
      }
      assert.deepEqual([...new Set(sent.map(({ method }) => method))], ['GET']);
      assert.ok(sent.every(({ url }) => new URL(url).origin === 'https://arm.example'));
      assert.ok(refused.size >= least, `only ${refused.size} operations that write were reached: ${[...refused]}`);
    });
  }

  const sources = readdirSync(join(root, 'collectors'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file.replaceAll('\\', '/'), readFileSync(join(root, 'collectors', file), 'utf8')] as const);
  const filesWith = (pattern: RegExp) => sources.filter(([, text]) => pattern.test(text)).map(([file]) => file);

  it('through one pipeline, which every client of an SDK is made with', () => {
    for (const [file, text] of sources) {
      for (const [made] of text.matchAll(/new PostgreSQLManagement\w*Client\([^;]*\);/g)) {
        assert.match(made, /clientOptions/, file);
      }
    }
    assert.deepEqual(filesWith(/createEmptyPipeline|createPipelineFromOptions|createDefaultHttpClient/), [
      'azure/arm.ts',
    ]);
  });

  it('and no other code opens a connection but the wire, or sends anything past the pipeline but the sign-in', () => {
    const near = filesWith(/from 'node:(https?|http2|net|tls|dgram)'/).sort();
    assert.deepEqual(
      near.filter((file) => file.startsWith('azure/')),
      ['azure/tunnel.ts', 'azure/wire.ts'],
    );
    // What asks ports and databases sends nothing to Azure Resource Manager; that of databases has node-postgres connect.
    assert.deepEqual(filesWith(/^import \{[^}]*\bconnect\b[^}]*\} from 'node:(net|tls)'/m).sort(), [
      'endpoint/connection.ts',
      'endpoint/probe.ts',
    ]);
    assert.deepEqual(filesWith(/(?<!pipeline)\.sendRequest\(/).sort(), [
      'azure/credentials.ts',
      'azure/signInClient.ts',
    ]);
    assert.deepEqual(filesWith(/'(POST|PUT|PATCH|DELETE)'/), []);
  });
});
