import { constants, createHash, verify, X509Certificate } from 'node:crypto';
import type { Clock, Json } from '../types';
import type { EmulatedRequest } from './emulator';
import type { Answer } from './tenant';

/** Who may sign in: plain data. */
export interface Directory {
  readonly applications?: readonly Application[];
  /** What GitHub and Azure Pipelines want to see before they vouch for a job. */
  readonly jobToken?: string;
  /** Of an access token, in seconds; an hour, if left out. */
  readonly tokenLifetime?: number;
  /** How often a device code is asked about before somebody has entered it; never entered, if left out. */
  readonly deviceCodePolls?: number;
}

export interface Application {
  readonly clientId: string;
  readonly secret?: string;
  /** PEM. */
  readonly certificate?: string;
  /** Whom it trusts: an assertion made out to this audience. */
  readonly federatedAudience?: string;
}

/** A word in every secret that it gives, so that one can be found wherever it should not be. */
export const secretWord = 'sesame';

/** As Azure's tokens look from afar, with the word in it. */
const tokenOf = (name: string) => `${base64({ alg: 'none' })}.${secretWord}.${name}`;

/** A paper that says who somebody is, and until when, in milliseconds since 1970. */
interface Paper {
  readonly audience: string;
  readonly expires: number;
}

/**
 * Microsoft Entra ID as far as its credentials ask it, and the two that vouch for a job: GitHub (`/github/idtoken`) and
 * Azure Pipelines (`/pipelines/oidctoken`). Every token that it gives is known to it, and so is who was refused.
 */
export class SignIn {
  readonly #assertions = new Map<string, Paper>();
  readonly #tokens = new Map<string, Paper>();
  #polls = 0;

  constructor(
    private readonly tenantId: string,
    private readonly directory: Directory,
    private readonly clock: Clock,
  ) {}

  /** Whether it gave this token, and it has not expired. */
  accepts(token: string): boolean {
    return (this.#tokens.get(token)?.expires ?? 0) > this.clock.now();
  }

  /** What the tokens that it gave are for, in order. */
  get audiences(): readonly string[] {
    return [...this.#tokens.values()].map(({ audience }) => audience);
  }

  /** How many assertions it gave. */
  get assertions(): number {
    return this.#assertions.size;
  }

  /** Vouches for a job or a pod; GitHub's word lives for ten minutes. */
  issueAssertion(audience: string, minutes = 10): string {
    const assertion = tokenOf(`assertion-${this.#assertions.size + 1}`);
    this.#assertions.set(assertion, { audience, expires: this.clock.now() + minutes * 60_000 });
    return assertion;
  }

  /** Undefined for what is not about signing in. */
  answer(request: EmulatedRequest): Answer | undefined {
    const url = new URL(request.url);
    const [, first = '', ...rest] = url.pathname.split('/');
    if (first === 'github') return this.#vouch(request, 'value', url.searchParams.get('audience') ?? '');
    if (first === 'pipelines') return this.#vouch(request, 'oidcToken', 'api://AzureADTokenExchange');
    if (first === 'common' && rest[0] === 'discovery') return { status: 200, body: discovery(url) };
    const path = rest.join('/');
    if (path === 'v2.0/.well-known/openid-configuration') return { status: 200, body: metadata(url, first) };
    if (path === 'oauth2/v2.0/authorize') return authorize(url);
    if (path !== 'oauth2/v2.0/token' && path !== 'oauth2/v2.0/devicecode') return undefined;
    if (first !== this.tenantId && first !== 'organizations') {
      return refusal(
        'invalid_request',
        90002,
        `Tenant '${first}' not found. Check to make sure you have the correct tenant ID.`,
      );
    }
    const form = new URLSearchParams(request.body);
    return path === 'oauth2/v2.0/token' ? this.#token(form) : deviceCode(url);
  }

  #vouch({ authorization }: EmulatedRequest, field: string, audience: string): Answer {
    if (authorization !== `Bearer ${this.directory.jobToken}`)
      return { status: 401, body: { message: 'Unauthorized' } };
    return { status: 200, body: { [field]: this.issueAssertion(audience) } };
  }

  #token(form: URLSearchParams): Answer {
    const grant = form.get('grant_type');
    if (grant === 'client_credentials') return this.#refused(form) ?? this.#give(form);
    if (grant !== 'device_code' && !grant?.endsWith(':device_code')) return this.#give(form, true);
    this.#polls++;
    if (this.#polls <= (this.directory.deviceCodePolls ?? Number.POSITIVE_INFINITY)) {
      return refusal('authorization_pending', 70016, 'OAuth 2.0 device flow error. Authorization is pending.');
    }
    return this.#give(form, true);
  }

  /** A token, for what gives tokens beside Entra's own endpoints: `az`, a managed identity. */
  issueToken(audience: string): string {
    const token = tokenOf(`token-${this.#tokens.size + 1}`);
    this.#tokens.set(token, { audience, expires: this.clock.now() + this.#lifetime * 1000 });
    return token;
  }

  /** In seconds. */
  get #lifetime(): number {
    return this.directory.tokenLifetime ?? 3600;
  }

  #give(form: URLSearchParams, user = false): Answer {
    const scopes = (form.get('scope') ?? '').split(' ');
    const audience = scopes.find((scope) => scope.includes('://'))?.replace(/\/\.default$/, '') ?? '';
    const tid = this.tenantId;
    const who = { oid: 'ada', sub: 'ada', tid, preferred_username: 'ada@example.org', nonce: form.get('nonce') ?? '' };
    return {
      status: 200,
      body: {
        token_type: 'Bearer',
        expires_in: this.#lifetime,
        access_token: this.issueToken(audience),
        ...(user && {
          scope: scopes.join(' '),
          refresh_token: tokenOf('refresh'),
          id_token: `${base64({ alg: 'none' })}.${base64(who)}.`,
          client_info: base64({ uid: 'ada', utid: tid }),
        }),
      },
    };
  }

  /** In Entra's own words: https://learn.microsoft.com/entra/identity-platform/reference-error-codes. */
  #refused(form: URLSearchParams): Answer | undefined {
    const id = form.get('client_id');
    const application = this.directory.applications?.find(({ clientId }) => clientId === id);
    if (!application) {
      return refusal(
        'unauthorized_client',
        700016,
        `Application with identifier '${id}' was not found in the directory.`,
      );
    }
    const secret = form.get('client_secret');
    if (secret !== null) {
      if (secret === application.secret) return undefined;
      return refusal('invalid_client', 7000215, 'Invalid client secret provided.');
    }
    const assertion = form.get('client_assertion') ?? '';
    if (application.certificate) {
      if (signedBy(application.certificate, assertion)) return undefined;
      return refusal(
        'invalid_client',
        700027,
        'The certificate with identifier used to sign the client assertion is not registered.',
      );
    }
    const paper = this.#assertions.get(assertion);
    if (paper && paper.expires <= this.clock.now()) {
      return refusal('invalid_client', 700024, 'Client assertion is not within its valid time range.');
    }
    if (paper && paper.audience === application.federatedAudience) return undefined;
    return refusal(
      'invalid_client',
      700212,
      'No matching federated identity record found for presented assertion audience.',
    );
  }
}

const base64 = (value: Json) => Buffer.from(JSON.stringify(value)).toString('base64url');

function refusal(error: string, code: number, text: string): Answer {
  const ids = 'Trace ID: 00000000-0000-0000-0000-000000000001 Correlation ID: 00000000-0000-0000-0000-000000000002';
  return {
    status: error === 'invalid_client' ? 401 : 400,
    body: {
      error,
      error_description: `AADSTS${code}: ${text} ${ids} Timestamp: 2026-11-21 12:00:00Z`,
      error_codes: [code],
      timestamp: '2026-11-21 12:00:00Z',
      trace_id: '00000000-0000-0000-0000-000000000001',
      correlation_id: '00000000-0000-0000-0000-000000000002',
    },
  };
}

function signedBy(certificate: string, jwt: string): boolean {
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const { alg, 'x5t#S256': thumbprint } = JSON.parse(Buffer.from(header, 'base64url').toString() || '{}');
  const { raw, publicKey } = new X509Certificate(certificate);
  if (createHash('sha256').update(raw).digest('base64url') !== thumbprint) return false;
  const padding = alg === 'PS256' ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const key = { key: publicKey, padding };
  return verify('sha256', Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'));
}

const discovery = ({ origin, host }: URL): Json => ({
  tenant_discovery_endpoint: `${origin}/organizations/v2.0/.well-known/openid-configuration`,
  'api-version': '1.1',
  metadata: [{ preferred_network: host, preferred_cache: host, aliases: [host] }],
});

const metadata = ({ origin }: URL, tenant: string): Json => ({
  token_endpoint: `${origin}/${tenant}/oauth2/v2.0/token`,
  authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/authorize`,
  device_authorization_endpoint: `${origin}/${tenant}/oauth2/v2.0/devicecode`,
  end_session_endpoint: `${origin}/${tenant}/oauth2/v2.0/logout`,
  jwks_uri: `${origin}/${tenant}/discovery/v2.0/keys`,
  issuer: `${origin}/${tenant}/v2.0`,
});

/** The page where a user signs in: this one agrees at once. */
function authorize({ searchParams }: URL): Answer {
  const back = new URL(searchParams.get('redirect_uri') ?? '');
  back.searchParams.set('code', `code-${secretWord}`);
  back.searchParams.set('state', searchParams.get('state') ?? '');
  return { status: 302, headers: { location: back.href }, body: '' };
}

const deviceCode = ({ origin }: URL): Answer => ({
  status: 200,
  body: {
    user_code: 'APPLE-PEAR',
    device_code: `device-${secretWord}`,
    verification_uri: `${origin}/device`,
    expires_in: 900,
    interval: 1,
    message: `To sign in, open the page ${origin}/device and enter the code APPLE-PEAR.`,
  },
});
