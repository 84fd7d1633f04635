import type { TokenCredential } from '@azure/core-auth';
import { createPipelineRequest, type HttpClient } from '@azure/core-rest-pipeline';
import type * as Identity from '@azure/identity';
import { sameName } from '../../helpers/resourceId';
import { ScanError } from '../../helpers/scanError';
import { type Cloud, isKnownAuthority } from './clouds';
import type { CredentialName } from './credentialNames';
import { signInError } from './signIn';
import { type SendingContext, SignInClient } from './signInClient';

/** Who signs in, as far as the credential does not know by itself. */
export interface SignInOptions {
  /** Id or domain. */
  readonly tenant?: string | undefined;
  /** Of the application, or of a user-assigned managed identity. */
  readonly clientId?: string | undefined;
  /** Of Azure Pipelines. */
  readonly serviceConnectionId?: string | undefined;
}

export interface CredentialContext extends SendingContext {
  readonly cloud: Cloud;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Tells the user where to sign in, and with which code; `device-code` needs it. */
  readonly tell?: ((message: string) => void) | undefined;
}

/** Where a value may stand: an option, and variables; the first that is there counts. */
interface Source {
  readonly option?: keyof SignInOptions;
  readonly variables: readonly string[];
}

interface Recipe<S extends Record<string, Source>> {
  /** What it cannot do without. */
  readonly needs: S;
  /** What it can be told. */
  readonly uses: readonly (keyof SignInOptions)[];
  /** What to do if something is missing. */
  readonly hint: string;
  make(
    values: Record<keyof S, string>,
    given: SignInOptions,
    options: Common,
    context: CredentialContext,
  ): TokenCredential;
}

const flags: Readonly<Record<keyof SignInOptions, string>> = {
  tenant: '--tenant',
  clientId: '--client-id',
  serviceConnectionId: '--service-connection-id',
};

const source = (option: keyof SignInOptions, ...variables: readonly string[]): Source => ({ option, variables });
const tenant = source('tenant', 'AZURE_TENANT_ID');
const clientId = source('clientId', 'AZURE_CLIENT_ID');
const variable = (...variables: readonly string[]): Source => ({ variables });

/** Gives `make` its types. */
const recipe = <const S extends Record<string, Source>>(of: Recipe<S>): Recipe<Record<string, Source>> =>
  of as unknown as Recipe<Record<string, Source>>;

/** `az` and its like may wait for a keyboard: for so long, and no longer. */
const processTimeoutInMs = 60_000;

/** A program on this machine that somebody has signed in with. */
const tool = (
  hint: string,
  of: (options: Common & { tenantId?: string; processTimeoutInMs: number }) => TokenCredential,
) =>
  recipe({
    needs: {},
    uses: ['tenant'],
    hint,
    make: (_, given, options) => of({ ...options, ...tenantOf(given), processTimeoutInMs }),
  });

const recipes: Readonly<Record<CredentialName, Recipe<Record<string, Source>>>> = {
  default: recipe({
    needs: {},
    uses: ['tenant', 'clientId'],
    hint: '',
    make: (_, given, options, { env }) => {
      const only = env.AZURE_TOKEN_CREDENTIALS?.trim().toLowerCase();
      // The chain of this one credential is made without any of the options: no client id, and not our HTTP client.
      if (only === 'managedidentitycredential') {
        return managedIdentity(given.clientId ?? firstOf(['AZURE_CLIENT_ID'], env), options);
      }
      if (only === undefined || only === '' || only === 'prod' || only === 'environmentcredential') {
        checkEnvironment(given, env);
      }
      return new (identity().DefaultAzureCredential)({
        ...options,
        ...tenantOf(given),
        processTimeoutInMs,
        ...(given.clientId !== undefined && {
          managedIdentityClientId: given.clientId,
          workloadIdentityClientId: given.clientId,
        }),
      });
    },
  }),
  'azure-cli': tool(
    'Install the Azure CLI if it is not there, and run "az login".',
    (options) => new (identity().AzureCliCredential)(options),
  ),
  'azure-developer-cli': tool(
    'Install the Azure Developer CLI if it is not there, and run "azd auth login".',
    (options) => new (identity().AzureDeveloperCliCredential)(options),
  ),
  /** https://learn.microsoft.com/azure/devops/pipelines/library/connect-to-azure: the variables are those of AzureCLI@2. */
  'azure-pipelines': recipe({
    needs: {
      tenant: source('tenant', 'AZURESUBSCRIPTION_TENANT_ID', 'AZURE_TENANT_ID'),
      clientId: source('clientId', 'AZURESUBSCRIPTION_CLIENT_ID', 'AZURE_CLIENT_ID'),
      serviceConnectionId: source('serviceConnectionId', 'AZURESUBSCRIPTION_SERVICE_CONNECTION_ID'),
      accessToken: variable('SYSTEM_ACCESSTOKEN'),
      requestUri: variable('SYSTEM_OIDCREQUESTURI'),
    },
    uses: ['tenant', 'clientId', 'serviceConnectionId'],
    hint: 'Map SYSTEM_ACCESSTOKEN: $(System.AccessToken) in the env of the step; the task AzureCLI@2 sets the others.',
    make: ({ tenant, clientId, serviceConnectionId, accessToken }, _, options) =>
      new (identity().AzurePipelinesCredential)(tenant, clientId, serviceConnectionId, accessToken, options),
  }),
  'azure-powershell': tool(
    'Install PowerShell and its module Az.Accounts if they are not there, and run "Connect-AzAccount".',
    (options) => new (identity().AzurePowerShellCredential)(options),
  ),
  'device-code': recipe({
    needs: {},
    uses: ['tenant', 'clientId'],
    hint: 'Open the page, enter the code and sign in before it expires.',
    make: (_, given, options, { tell }) => {
      if (!tell) throw new ScanError('bad-option', 'The credential device-code needs onSignInPrompt.', 'Give it one.');
      const userPromptCallback = ({ message }: { message: string }) => tell(message);
      const more = { ...tenantOf(given), ...clientOf(given), userPromptCallback };
      return new (identity().DeviceCodeCredential)({ ...options, ...more });
    },
  }),
  environment: recipe({
    needs: {
      tenant: variable('AZURE_TENANT_ID'),
      clientId: variable('AZURE_CLIENT_ID'),
      secret: variable('AZURE_CLIENT_SECRET', 'AZURE_CLIENT_CERTIFICATE_PATH'),
    },
    uses: [],
    hint:
      'The AZURE_* variables name a tenant, an application of it, and the secret or the certificate (a PEM file) of that ' +
      'application.',
    make: (_, __, options) => new (identity().EnvironmentCredential)(options),
  }),
  /** https://docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments/configuring-openid-connect-in-azure */
  'github-actions': recipe({
    needs: {
      tenant,
      clientId,
      requestUrl: variable('ACTIONS_ID_TOKEN_REQUEST_URL'),
      requestToken: variable('ACTIONS_ID_TOKEN_REQUEST_TOKEN'),
    },
    uses: ['tenant', 'clientId'],
    hint:
      'GitHub sets ACTIONS_ID_TOKEN_* in a job with "permissions: id-token: write"; the application is one that ' +
      'has a federated credential for the repository.',
    make: ({ tenant, clientId, requestUrl, requestToken }, _, options, context) =>
      new (identity().ClientAssertionCredential)(
        tenant,
        clientId,
        () => githubAssertion(requestUrl, requestToken, context),
        options,
      ),
  }),
  'interactive-browser': recipe({
    needs: {},
    uses: ['tenant', 'clientId'],
    hint: 'Sign in on the page that opens in the browser.',
    make: (_, given, options, { tell }) => {
      tell?.('Sign in on the page that opens in your browser. Where there is none, use --credential device-code.');
      return new (identity().InteractiveBrowserCredential)({ ...options, ...tenantOf(given), ...clientOf(given) });
    },
  }),
  'managed-identity': recipe({
    needs: {},
    uses: ['clientId'],
    hint: 'Run it where Azure gives a managed identity: a virtual machine, App Service, a container, Cloud Shell.',
    make: (_, { clientId }, options) => managedIdentity(clientId, options),
  }),
  'workload-identity': recipe({
    needs: { tenant, clientId, file: variable('AZURE_FEDERATED_TOKEN_FILE') },
    uses: ['tenant', 'clientId'],
    hint: 'Azure Workload Identity sets the variables in a pod with the label azure.workload.identity/use: "true".',
    make: ({ tenant: tenantId, clientId, file: tokenFilePath }, _, options) =>
      new (identity().WorkloadIdentityCredential)({ ...options, tenantId, clientId, tokenFilePath }),
  }),
};

/** How long a sign-in may take, in milliseconds: with these, somebody has to type. */
export const signInPatience = (name: CredentialName): number =>
  name === 'device-code' || name === 'interactive-browser' ? 15 * 60_000 : 60_000;

/**
 * Signs in the way that the name says. Throws a ScanError: `bad-option` for an option that this way has no use for,
 * `missing-variable` for what it cannot do without.
 */
export function createCredential(
  name: CredentialName,
  given: SignInOptions,
  context: CredentialContext,
): TokenCredential {
  const { needs, uses, hint, make } = recipes[name];
  for (const option of Object.keys(flags) as (keyof SignInOptions)[]) {
    if (given[option] === undefined || uses.includes(option)) continue;
    throw new ScanError('bad-option', `${flags[option]} means nothing to the credential ${name}.`, 'Leave it out.');
  }
  // Azure's own check says so in the middle of the chain, where nobody hears it.
  if (given.tenant !== undefined && !/^[\w.-]+$/.test(given.tenant)) {
    throw new ScanError('bad-option', `"${given.tenant}" is not the id or a domain of a tenant.`, 'Give one of them.');
  }
  const values: Record<string, string> = {};
  const missing: string[] = [];
  for (const [key, source] of Object.entries(needs)) {
    const value = (source.option && given[source.option]) || firstOf(source.variables, context.env);
    if (value) values[key] = value;
    else missing.push(placesOf(source));
  }
  if (missing.length > 0) {
    const what = `The credential ${name} lacks ${missing.join(', ')}.`;
    throw new ScanError('missing-variable', what, hint);
  }
  const { authorityHost } = context.cloud;
  const host = authorityHost ?? context.env.AZURE_AUTHORITY_HOST;
  const wire = new SignInClient(context);
  const options = {
    httpClient: wire,
    proxyOptions: unusedProxy,
    ...(authorityHost !== undefined && { authorityHost }),
    ...(host !== undefined && URL.canParse(host) && { disableInstanceDiscovery: !isKnownAuthority(host) }),
  };
  const failed = (error: unknown) =>
    signInError(wire.failure instanceof ScanError ? wire.failure : error, {
      ...(name !== 'default' && { named: { name, hint } }),
      wire: wire.failure?.message,
    });
  try {
    const credential = make(values, given, options, { ...context, httpClient: wire });
    return {
      getToken: (scopes, how) => credential.getToken(scopes, how).catch((error) => Promise.reject(failed(error))),
    };
  } catch (error) {
    throw failed(error);
  }
}

/**
 * The proxy is the HTTP client's affair. What the SDK reads of it from the environment it would not use, but print with
 * its password (AZURE_LOG_LEVEL=verbose), and it knows no `10.0.0.1:3128`. So it is told of one that nobody asks.
 */
const unusedProxy = { host: 'http://proxy.invalid', port: 80 };

/** What every credential is made with. */
interface Common {
  readonly httpClient: HttpClient;
  readonly proxyOptions: typeof unusedProxy;
  readonly authorityHost?: string;
  readonly disableInstanceDiscovery?: boolean;
}

/** Loaded when somebody signs in: half of all code that a scan loads. */
const identity = (): typeof Identity => require('@azure/identity');

const managedIdentity = (clientId: string | undefined, options: Common): TokenCredential =>
  new (identity().ManagedIdentityCredential)({ ...options, ...(clientId !== undefined && { clientId }) });

/** Variables that are complete come first in the chain, and nothing tells them another tenant or application. */
function checkEnvironment(given: SignInOptions, env: CredentialContext['env']): void {
  const { AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_USERNAME } = env;
  const secret = AZURE_CLIENT_SECRET || AZURE_CLIENT_CERTIFICATE_PATH || AZURE_USERNAME;
  if (!AZURE_TENANT_ID || !AZURE_CLIENT_ID || !secret) return;
  for (const [option, variable] of [
    ['tenant', 'AZURE_TENANT_ID'],
    ['clientId', 'AZURE_CLIENT_ID'],
  ] as const) {
    const word = given[option];
    if (word === undefined || sameName(word, env[variable] ?? '')) continue;
    throw new ScanError(
      'bad-option',
      `${flags[option]} is "${word}", but ${variable}, by which the default credential signs in, is "${env[variable]}".`,
      'Set both to the same, unset the variable, or name another --credential.',
    );
  }
}

const tenantOf = ({ tenant: tenantId }: SignInOptions) => (tenantId === undefined ? {} : { tenantId });
const clientOf = ({ clientId }: SignInOptions) => (clientId === undefined ? {} : { clientId });

const firstOf = (variables: readonly string[], env: CredentialContext['env']): string | undefined =>
  variables.map((name) => env[name]?.trim()).find(Boolean);

const placesOf = ({ option, variables }: Source): string => {
  const [first = '', ...others] = [...(option ? [flags[option]] : []), ...variables];
  return others.length > 0 ? `${first} (or ${others.join(' or ')})` : first;
};

/**
 * GitHub's word on who this job is. It lives about ten minutes, so it is asked for anew for each sign-in, which the one
 * that `azure/login` leaves to `az` cannot be: https://github.com/Azure/login/issues/372.
 */
async function githubAssertion(
  requestUrl: string,
  requestToken: string,
  { cloud, httpClient }: CredentialContext,
): Promise<string> {
  const url = new URL(requestUrl);
  url.searchParams.set('audience', cloud.tokenExchange ?? 'api://AzureADTokenExchange');
  const request = createPipelineRequest({ url: url.href });
  request.headers.set('Authorization', `Bearer ${requestToken}`);
  request.headers.set('Accept', 'application/json');
  const { status, bodyAsText } = await httpClient.sendRequest(request);
  if (status !== 200) throw new Error(`GitHub refused to say who this job is: it answered ${status}.`);
  const { value } = JSON.parse(bodyAsText ?? '{}') as { value?: unknown };
  if (typeof value !== 'string') throw new Error('GitHub did not say who this job is.');
  return value;
}
