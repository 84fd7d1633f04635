import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { HttpClient } from '@azure/core-rest-pipeline';
import {
  type CredentialName,
  createCredential,
  createWire,
  credentialNamed,
  credentialNames,
  type SignInOptions,
  signInPatience,
  type Wire,
} from '../../../collectors';
import { ArmError } from '../../../collectors/azure/gap';
import { systemClock } from '../../../helpers/clock';
import type { ScanErrorCode } from '../../../helpers/scanError';
import { loopbackCertificate } from '../../support/certificate';
import { startEmulator } from '../../support/emulator';
import { fruit } from '../../support/orchard';

type Env = Readonly<Record<string, string>>;
const time = { clock: systemClock, random: () => 0 };

describe('a credential', () => {
  const cloud = { armEndpoint: 'https://arm.example' };
  const unused: HttpClient = { sendRequest: () => assert.fail('somebody was asked') };
  const create = (name: CredentialName, given: SignInOptions, env: Env) =>
    createCredential(name, given, { ...time, cloud, httpClient: unused, env });
  const inEnvironment = { AZURE_TENANT_ID: 'fruit', AZURE_CLIENT_ID: 'picker' };

  const refused: readonly (readonly [
    name: CredentialName,
    given: SignInOptions,
    env: Env,
    code: ScanErrorCode,
    message: RegExp,
  ])[] = [
    [
      'azure-cli',
      { clientId: 'picker' },
      {},
      'bad-option',
      /^--client-id means nothing to the credential azure-cli\.$/,
    ],
    ['environment', { tenant: 'fruit' }, inEnvironment, 'bad-option', /^--tenant means nothing/],
    ['managed-identity', { serviceConnectionId: 'x' }, {}, 'bad-option', /^--service-connection-id means nothing/],
    ['azure-cli', { tenant: 'fruit/x' }, {}, 'bad-option', /^"fruit\/x" is not the id or a domain of a tenant\.$/],
    ['device-code', {}, {}, 'bad-option', /needs onSignInPrompt/],
    ['workload-identity', {}, inEnvironment, 'missing-variable', /lacks AZURE_FEDERATED_TOKEN_FILE\.$/],
    [
      'workload-identity',
      { tenant: 'x' },
      { AZURE_CLIENT_ID: ' ' },
      'missing-variable',
      /--client-id \(or AZURE_CLIENT_ID\)/,
    ],
    ['default', { tenant: 'x' }, { ...inEnvironment, AZURE_CLIENT_SECRET: 'y' }, 'bad-option', /^--tenant is "x", but/],
    ['default', { clientId: 'x' }, { ...inEnvironment, AZURE_USERNAME: 'y' }, 'bad-option', /^--client-id is "x", but/],
  ];
  for (const [name, given, env, code, message] of refused) {
    it(`${name} is refused: ${message.source}`, () => {
      assert.throws(() => create(name, given, env), { code, message });
    });
  }

  const taken: readonly (readonly [what: string, given: SignInOptions, env: Env])[] = [
    ['that the environment says in another case', { tenant: 'FRUIT' }, { ...inEnvironment, AZURE_CLIENT_SECRET: 'y' }],
    ['where the environment has no secret', { tenant: 'x', clientId: 'x' }, inEnvironment],
    [
      'where the environment is not asked',
      { tenant: 'x' },
      { ...inEnvironment, AZURE_CLIENT_SECRET: 'y', AZURE_TOKEN_CREDENTIALS: 'dev' },
    ],
    [
      'for a managed identity alone',
      { clientId: 'x' },
      { ...inEnvironment, AZURE_TOKEN_CREDENTIALS: ' ManagedIdentityCredential ' },
    ],
  ];
  for (const [what, given, env] of taken) {
    it(`default takes options ${what}`, () => assert.ok(create('default', given, env).getToken));
  }

  it('is found by its name alone', () => {
    for (const name of credentialNames) assert.equal(credentialNamed(name), name);
    assert.throws(() => credentialNamed('azurecli'), { code: 'bad-option', remedy: 'Did you mean azure-cli?' });
    assert.throws(() => credentialNamed('x'), { code: 'bad-option', remedy: /^It can be default, azure-cli, / });
  });

  it('has more patience where somebody has to type', () => {
    const patient = credentialNames.filter((name) => signInPatience(name) > signInPatience('default'));
    assert.deepEqual(patient, ['device-code', 'interactive-browser']);
  });
});

describe('a token', () => {
  const clientId = '30000000-0000-4000-8000-00000000000a';
  const audience = 'api://AzureADTokenExchange';
  const ids = { AZURE_TENANT_ID: fruit.tenantId, AZURE_CLIENT_ID: clientId };
  const applications = [{ clientId, federatedAudience: audience }];
  const start = () => startEmulator({ ...fruit, directory: { applications, jobToken: 'job', deviceCodePolls: 0 } });
  let wire: Wire;
  let folder: string;
  before(async () => {
    wire = createWire({ maxSockets: 4, ca: (await loopbackCertificate()).cert });
    folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
  });
  after(async () => {
    wire.close();
    await rm(folder, { recursive: true });
  });

  const told: string[] = [];
  const tokenBy = (
    name: CredentialName,
    endpoint: string,
    env: Env,
    { httpClient = wire, ...given }: SignInOptions & { readonly httpClient?: HttpClient } = {},
  ) => {
    const cloud = { armEndpoint: endpoint, authorityHost: endpoint };
    const tell = (message: string) => told.push(message);
    return createCredential(name, given, { ...time, cloud, httpClient, env, tell }).getToken(`${endpoint}/.default`);
  };
  const job = (endpoint: string, token: string) => ({
    ...ids,
    ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}/github/idtoken?run=1`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
  });

  it('comes by github-actions, if GitHub says who the job is', async () => {
    const { endpoint } = await start();
    assert.ok((await tokenBy('github-actions', endpoint, job(endpoint, 'job')))?.token);
    await assert.rejects(tokenBy('github-actions', endpoint, job(endpoint, 'another')), {
      code: 'sign-in-failed',
      message: /by github-actions failed: GitHub refused to say who this job is: it answered 401\.$/,
      remedy: /id-token: write/,
    });
  });

  it('comes by workload-identity, and by device-code', async () => {
    const { endpoint, signIn } = await start();
    const file = join(folder, 'assertion');
    writeFileSync(file, signIn.issueAssertion(audience));
    assert.ok((await tokenBy('workload-identity', endpoint, { ...ids, AZURE_FEDERATED_TOKEN_FILE: file }))?.token);
    assert.ok((await tokenBy('device-code', endpoint, {}, { tenant: fruit.tenantId }))?.token);
    assert.match(told.join('\n'), /^To sign in, open .*APPLE-PEAR/);
  });

  it('that did not come is told with what was wrong on the wire', async () => {
    const endpoint = 'https://azure.invalid';
    const httpClient: HttpClient = {
      sendRequest: () => Promise.reject(new ArmError('network', 'Nobody is there.', { code: 'ECONNREFUSED' })),
    };
    await assert.rejects(tokenBy('github-actions', endpoint, job(endpoint, 'job'), { httpClient }), {
      code: 'sign-in-failed',
      message: /Nobody is there\./,
      remedy: /^Check the network/,
    });
  });
});
