import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { generate } from 'selfsigned';
import { type CredentialName, credentialNames } from '../../collectors';
import type { Directory, Fault } from '../../emulator';
import type { Report } from '../../types';
import { loopbackCertificate } from '../support/certificate';
import { type Outcome, spawnCli } from '../support/cli';
import { type StartedEmulator, startEmulator, startManagedIdentity, startMetadataService } from '../support/emulator';
import { fruit } from '../support/orchard';
import { secret } from '../support/secrets';

const tenantId = fruit.tenantId;
const audience = 'api://AzureADTokenExchange';
const [withSecret, withCertificate, federated] = ['1', '2', '3'].map((n) => `${n}0000000-0000-4000-8000-00000000000a`);
const ids = (clientId = '') => ({ AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId });

let folder: string;
let certificate: { readonly cert: string; readonly private: string };
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pgposture-'));
  certificate = await generate([{ name: 'commonName', value: 'scanner' }], { keySize: 2048, algorithm: 'sha256' });
  await file('ca.pem', (await loopbackCertificate()).cert);
  await file('application.pem', `${certificate.private}\n${certificate.cert}`);
});
after(() => rm(folder, { recursive: true }));

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** A program of that name on the PATH, which prints the text. */
async function program(name: string, text: string, code = 0): Promise<Record<string, string>> {
  const bin = await mkdtemp(join(folder, 'bin-'));
  const path = join(bin, name);
  await writeFile(
    path,
    `#!${process.execPath}\nprocess.${code ? 'stderr' : 'stdout'}.write(${JSON.stringify(text)});process.exitCode=${code};\n`,
  );
  await chmod(path, 0o755);
  return { PATH: `${bin}${delimiter}/usr/bin${delimiter}/bin` };
}

const start = (directory: Directory = {}, ...faults: readonly Fault[]): Promise<StartedEmulator> =>
  startEmulator({
    ...fruit,
    faults,
    directory: {
      jobToken: secret('job'),
      applications: [
        { clientId: withSecret ?? '', secret: secret('right') },
        { clientId: withCertificate ?? '', certificate: certificate.cert },
        { clientId: federated ?? '', federatedAudience: audience },
      ],
      ...directory,
    },
  });

const scanWith = (
  credential: string,
  { endpoint }: StartedEmulator,
  env: Record<string, string>,
  ...more: readonly string[]
): Promise<Outcome> => {
  const where = ['--arm-endpoint', endpoint, '--authority-host', endpoint, '--ca-file', join(folder, 'ca.pem')];
  return spawnCli(['scan', '--credential', credential, ...where, '--json', '-', ...more], { env });
};

interface Case {
  /** What is there to sign in with. */
  readonly env?: (azure: StartedEmulator) => Promise<Record<string, string>> | Record<string, string>;
  readonly options?: readonly string[];
  readonly directory?: Directory;
  /** What the error says, and the remedy; none if the scan succeeds. */
  readonly fails?: readonly [what: RegExp, remedy: RegExp];
}

const job = ({ endpoint }: StartedEmulator, token = secret('job')) => ({
  github: { ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}/github/idtoken?run=1`, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token },
  pipelines: { SYSTEM_OIDCREQUESTURI: `${endpoint}/pipelines/oidctoken`, SYSTEM_ACCESSTOKEN: token },
});

const in24Hours = () => new Date(Date.now() + 24 * 3_600_000);
const az = ({ signIn, endpoint }: StartedEmulator) =>
  program('az', JSON.stringify({ accessToken: signIn.issueToken(endpoint), expires_on: in24Hours().getTime() / 1000 }));

const cases: Readonly<Record<CredentialName, Readonly<Record<string, Case>>>> = {
  default: {
    'a secret in the environment': { env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') }) },
    'az, as AZURE_TOKEN_CREDENTIALS says': {
      env: async (azure) => ({ ...(await az(azure)), AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential' }),
    },
    'a wrong secret': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('wrong'), AZURE_TOKEN_CREDENTIALS: 'prod' }),
      fails: [/AADSTS7000215: Invalid client secret provided\.$/m, /az login/],
    },
    // Nobody listens at this proxy.
    'a managed identity that was assigned, past a proxy, as AZURE_TOKEN_CREDENTIALS says': {
      env: async ({ signIn, endpoint }) => ({
        ...(await startManagedIdentity(signIn.issueToken(endpoint), 'assigned')),
        HTTPS_PROXY: 'http://localhost:1',
        NO_PROXY: 'localhost',
      }),
      options: ['--client-id', 'assigned'],
    },
    'the same by AZURE_CLIENT_ID': {
      env: async ({ signIn, endpoint }) => ({
        ...(await startManagedIdentity(signIn.issueToken(endpoint), 'assigned')),
        AZURE_CLIENT_ID: 'assigned',
      }),
    },
    'a tenant that is not the one in the environment': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') }),
      options: ['--tenant', 'elsewhere.example'],
      fails: [/--tenant is "elsewhere\.example", but AZURE_TENANT_ID.*is "ffff/, /name another --credential/],
    },
    'an application that is not the one in the environment': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') }),
      options: ['--client-id', 'x'],
      fails: [/--client-id is "x", but AZURE_CLIENT_ID.*is "1000/, /name another --credential/],
    },
    'a tenant that is the one in the environment': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') }),
      options: ['--tenant', tenantId.toUpperCase()],
    },
    'a wrong AZURE_TOKEN_CREDENTIALS': {
      env: () => ({ AZURE_TOKEN_CREDENTIALS: 'everything' }),
      fails: [/everything/, /az login/],
    },
  },
  'azure-cli': {
    'somebody is signed in': { env: az },
    'nobody is signed in': {
      env: () => program('az', "ERROR: Please run 'az login' to setup account.", 1),
      fails: [/az login/, /az login/],
    },
    'it is not there': { env: () => ({ PATH: folder }), fails: [/Azure CLI could not be found/, /Install.*az login/] },
  },
  'azure-developer-cli': {
    'somebody is signed in': {
      env: ({ signIn, endpoint }) =>
        program('azd', JSON.stringify({ token: signIn.issueToken(endpoint), expiresOn: in24Hours().toISOString() })),
    },
    'it is not there': { env: () => ({ PATH: folder }), fails: [/couldn't be found/, /azd auth login/] },
  },
  'azure-powershell': {
    'somebody is signed in': {
      env: ({ signIn, endpoint }) =>
        program('pwsh', JSON.stringify({ Token: signIn.issueToken(endpoint), ExpiresOn: in24Hours().toISOString() })),
    },
    'it is not there': { env: () => ({ PATH: folder }), fails: [/PowerShell/, /Connect-AzAccount/] },
  },
  'azure-pipelines': {
    'the ids are given': {
      env: (azure) => job(azure).pipelines,
      options: ['--tenant', tenantId, '--client-id', federated ?? '', '--service-connection-id', 'connection'],
    },
    'the ids are those of the task': {
      env: (azure) => ({
        ...job(azure).pipelines,
        AZURESUBSCRIPTION_TENANT_ID: tenantId,
        AZURESUBSCRIPTION_CLIENT_ID: federated ?? '',
        AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: 'connection',
      }),
    },
    'the token of the job is not mapped': {
      env: () => ({ ...ids(federated), SYSTEM_OIDCREQUESTURI: 'https://localhost/' }),
      fails: [
        /lacks --service-connection-id \(or AZURESUBSCRIPTION_\w+\), SYSTEM_ACCESSTOKEN\.$/m,
        /\$\(System\.AccessToken\)/,
      ],
    },
    'the token of the job is refused': {
      env: (azure) => ({ ...ids(federated), ...job(azure, secret('another')).pipelines }),
      options: ['--service-connection-id', 'connection'],
      fails: [/AzurePipelinesCredential: Authentication Failed/, /SYSTEM_ACCESSTOKEN/],
    },
  },
  'device-code': {
    'somebody enters the code': { directory: { deviceCodePolls: 1 } },
    'nobody enters the code': { options: ['--timeout', '3s'], fails: [/time for the scan was up/, /longer/] },
  },
  environment: {
    'a secret': { env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') }) },
    'a certificate': {
      env: () => ({ ...ids(withCertificate), AZURE_CLIENT_CERTIFICATE_PATH: join(folder, 'application.pem') }),
    },
    'a wrong secret': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('wrong') }),
      fails: [/by environment failed: AADSTS7000215: Invalid client secret provided\.$/m, /secret/],
    },
    'a certificate that is not there': {
      env: () => ({ ...ids(withCertificate), AZURE_CLIENT_CERTIFICATE_PATH: join(folder, 'gone.pem') }),
      fails: [/by environment failed: ENOENT: .*gone\.pem'$/m, /certificate/],
    },
    'nobody answers': {
      env: () => ({ ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right'), HTTPS_PROXY: 'http://localhost:1' }),
      fails: [/failed: The connection to the proxy localhost:1 failed: ECONNREFUSED\.$/m, /network, HTTPS_PROXY/],
    },
    'an unknown application': {
      env: () => ({ ...ids('nobody'), AZURE_CLIENT_SECRET: secret('right') }),
      fails: [/AADSTS700016: Application .*'nobody' was not found/, /application/],
    },
    'an unknown tenant': {
      env: () => ({ ...ids(withSecret), AZURE_TENANT_ID: 'elsewhere', AZURE_CLIENT_SECRET: secret('right') }),
      fails: [/AADSTS90002: Tenant 'elsewhere' not found/, /tenant/],
    },
    'no tenant, and no secret': {
      env: () => ({ AZURE_CLIENT_ID: withSecret ?? '' }),
      fails: [/lacks AZURE_TENANT_ID, AZURE_CLIENT_SECRET \(or AZURE_CLIENT_CERTIFICATE_PATH\)\.$/m, /application/],
    },
    'an option that it has no use for': {
      options: ['--client-id', 'x'],
      fails: [/--client-id means nothing to the credential environment/, /Leave it out/],
    },
  },
  'github-actions': {
    'the job may ask': { env: (azure) => ({ ...ids(federated), ...job(azure).github }) },
    'the job may not ask': {
      env: () => ids(federated),
      fails: [/lacks ACTIONS_ID_TOKEN_REQUEST_URL, ACTIONS_ID_TOKEN_REQUEST_TOKEN\.$/m, /id-token: write/],
    },
    'no application is named': {
      env: (azure) => job(azure).github,
      fails: [/lacks --tenant \(or AZURE_TENANT_ID\), --client-id \(or AZURE_CLIENT_ID\)\.$/m, /federated/],
    },
    'GitHub refuses': {
      env: (azure) => ({ ...ids(federated), ...job(azure, secret('another')).github }),
      fails: [/GitHub refused to say who this job is: it answered 401/, /id-token: write/],
    },
    'the application does not trust GitHub': {
      env: (azure) => ({ ...ids(withSecret), ...job(azure).github }),
      fails: [/AADSTS700212/, /federated credential/],
    },
  },
  'interactive-browser': {
    'somebody signs in': {
      env: async () => {
        const browser = await program('browser', '');
        const path = join(browser.PATH?.split(delimiter)[0] ?? '', 'browser');
        await writeFile(path, `#!${process.execPath}\nfetch(process.argv[2]);\n`);
        return { ...browser, BROWSER: path, NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
      },
    },
    'nobody signs in': {
      env: async () => {
        const browser = await program('browser', '');
        return { ...browser, BROWSER: join(browser.PATH?.split(delimiter)[0] ?? '', 'browser') };
      },
      options: ['--timeout', '3s'],
      fails: [/time for the scan was up/, /longer/],
    },
  },
  'managed-identity': {
    'an App Service': { env: ({ signIn, endpoint }) => startManagedIdentity(signIn.issueToken(endpoint)) },
    'a virtual machine, behind a proxy': {
      env: async ({ signIn, endpoint }) => ({
        ...(await startMetadataService(signIn.issueToken(endpoint))),
        HTTP_PROXY: 'http://127.0.0.1:1',
      }),
    },
    'a user-assigned one': {
      env: ({ signIn, endpoint }) => startMetadataService(signIn.issueToken(endpoint)),
      options: ['--client-id', 'scanner'],
    },
    'there is none': { fails: [/by managed-identity failed/, /virtual machine/] },
  },
  'workload-identity': {
    'a pod that is trusted': {
      env: async ({ signIn }) => ({
        ...ids(federated),
        AZURE_FEDERATED_TOKEN_FILE: await file('assertion', signIn.issueAssertion(audience)),
      }),
    },
    'the file is old': {
      env: async ({ signIn }) => ({
        ...ids(federated),
        AZURE_FEDERATED_TOKEN_FILE: await file('old', signIn.issueAssertion(audience, -1)),
      }),
      fails: [/AADSTS700024/, /azure\.workload\.identity/],
    },
    'the file is not there': {
      env: () => ({ ...ids(federated), AZURE_FEDERATED_TOKEN_FILE: join(folder, 'gone') }),
      fails: [/ENOENT.*gone/, /azure\.workload\.identity/],
    },
    'no file is named': {
      env: () => ids(federated),
      fails: [/lacks AZURE_FEDERATED_TOKEN_FILE\.$/m, /azure\.workload\.identity/],
    },
  },
};

/** What the user is told to do, by those that need one. */
const prompts: { readonly [N in CredentialName]?: RegExp } = {
  'device-code': /^To sign in, open .*APPLE-PEAR\.\n$/,
  'interactive-browser': /^Sign in on the page that opens in your browser\. .*\n$/,
};

/** Whatever can be asked to talk. */
const loud = { AZURE_LOG_LEVEL: 'verbose', DEBUG: '*' };

describe('the sign-in', { concurrency: 3 }, () => {
  for (const credential of credentialNames) {
    for (const [name, { env = () => ({}), options = [], directory, fails }] of Object.entries(cases[credential])) {
      const skip = process.platform === 'win32' && /-cli|powershell|browser/.test(credential);
      it(`by ${credential}: ${name}`, { skip }, async () => {
        const azure = await start(directory);
        const { code, stdout, stderr } = await scanWith(credential, azure, await env(azure), ...options);
        if (!fails) {
          assert.equal(code, 1, stderr);
          assert.equal((JSON.parse(stdout) as Report).complete, true);
          assert.match(stderr, prompts[credential] ?? /^$/);
          return;
        }
        assert.deepEqual([code, stdout], [2, ''], stderr);
        const [what = '', remedy = ''] = [stderr.replace(/\n[^\n]*\n$/, ''), stderr.trimEnd().split('\n').at(-1)];
        assert.match(what, fails[0]);
        assert.match(remedy, fails[1]);
      });

      it(`by ${credential} tells no secret, however much it tells: ${name}`, { skip }, async () => {
        const azure = await start(directory);
        const environment = { ...(await env(azure)), ...loud };
        const { code, stderr } = await scanWith(credential, azure, environment, '--verbose', ...options);
        assert.equal(code, fails ? 2 : 1, stderr);
        if (!fails) assert.match(stderr, /^azure:/m);
      });
    }
  }

  it('by github-actions asks GitHub anew for each new token', async () => {
    // So short that no call may use the token of the call before.
    const azure = await start({ tokenLifetime: 100 });
    const { code, stderr } = await scanWith('github-actions', azure, { ...ids(federated), ...job(azure).github });
    assert.equal(code, 1, stderr);
    const { assertions, audiences } = azure.signIn;
    assert.ok(
      audiences.length > 1 && assertions >= audiences.length,
      `${assertions} assertions, ${audiences.length} tokens`,
    );
  });

  for (const fault of ['reset', 'cut'] as const) {
    it(`goes on after a connection that was ${fault}`, async () => {
      const azure = await start({}, { on: /oauth2\/v2\.0\/token/, times: 1, fault });
      const env = { ...ids(withSecret), AZURE_CLIENT_SECRET: secret('right') };
      const { code, stderr } = await scanWith('environment', azure, env);
      assert.deepEqual([code, stderr], [1, '']);
    });
  }

  it('does not tell of a connection that broke off where something else is wrong', async () => {
    const azure = await start({}, { on: /oauth2\/v2\.0\/token/, times: 1, fault: 'reset' });
    const env = { ...ids(withSecret), AZURE_CLIENT_SECRET: secret('wrong') };
    const { stderr } = await scanWith('environment', azure, env);
    assert.match(stderr, /AADSTS7000215/);
    assert.doesNotMatch(stderr, /ECONNRESET/);
  });

  it('tells of a --ca-file that is none', async () => {
    const azure = await start();
    for (const [name, text, says] of [
      ['gone.pem', undefined, /"[^"]*gone\.pem" cannot be read \(ENOENT\)/],
      ['text.pem', 'certificate', /holds no certificate in PEM/],
      ['broken.pem', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n', /that is broken/],
    ] as const) {
      const path = text === undefined ? join(folder, name) : await file(name, text);
      const argv = ['scan', '--arm-endpoint', azure.endpoint, '--ca-file', path];
      const { code, stderr } = await spawnCli(argv);
      assert.equal(code, 2);
      assert.match(stderr, says);
    }
  });
});
