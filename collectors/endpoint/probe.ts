import type { Socket } from 'node:net';
import { isIP } from 'node:net';
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from 'node:tls';
import { shown } from '../../helpers/template';
import type { Clock, EndpointFact, Fact, Gap, Json } from '../../types';
import { trusting } from '../trust';
import { type Address, addressText } from './address';
import { type CertificateFact, certificateFacts, noCertificate } from './certificate';
import { readFrom, withConnection } from './connection';
import { ProbeError, strange, tlsGap } from './gap';
import { plaintextFact } from './plaintext';
import { longestAnswer, type StartupAnswer, sslRequest, startupAnswer, startupMessage } from './protocol';

export interface ProbeOptions {
  /** PEM of certificate authorities to trust beside Node's. */
  readonly ca?: readonly string[] | undefined;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** By PostgreSQL's names: https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION. */
type Version = Extract<SecureVersion, EndpointFact>;

/** What a probe learns; what is set, only a scan can add. */
export type ProbedFact = Exclude<EndpointFact, 'encryptionSetting' | 'minimumTlsVersionSetting' | 'operator'>;
type Facts = Readonly<Record<ProbedFact, Fact>>;

const known = (value: Json): Fact => ({ known: true, value });
const unknown = (gap: Gap): Fact => ({ known: false, gap });

/** Everything of an endpoint is unknown, for one reason. */
export const unknownEndpoint = (gap: Gap): Facts => ({
  plaintext: unknown(gap),
  TLSv1: unknown(gap),
  'TLSv1.1': unknown(gap),
  'TLSv1.2': unknown(gap),
  'TLSv1.3': unknown(gap),
  directTls: unknown(gap),
  address: unknown(gap),
  ...noCertificate(unknown(gap)),
});

/**
 * What a port accepts from somebody who has no credential. One connection after the other, none of which signs in: each leaves a
 * line in the log of the server. Never rejects.
 */
export async function probeEndpoint(address: Address, options: ProbeOptions): Promise<Facts> {
  const probe = new Probe(address, options);
  const plaintext = await attempt(probe.plaintextStartup());
  // Without a connection every other question has the same answer.
  if ('error' in plaintext && !plaintext.error.connected) return unknownEndpoint(plaintext.error.gap);
  const encrypted = await attempt(probe.encryptedStartup());
  const where = addressText(address);
  const found = 'value' in encrypted && encrypted.value !== 'no TLS' ? encrypted.value : undefined;
  const none = 'value' in encrypted && encrypted.value === 'no TLS';
  const startup = 'error' in encrypted ? encrypted : (found?.startup ?? ('no TLS' as const));
  const accepts = async (version: Version): Promise<Fact> => {
    if (none) return known('refused');
    return found?.protocol === version ? known(found.cipher) : probe.version(version);
  };
  return {
    plaintext: plaintextFact(plaintext, startup, where),
    TLSv1: await accepts('TLSv1'),
    'TLSv1.1': await accepts('TLSv1.1'),
    'TLSv1.2': await accepts('TLSv1.2'),
    'TLSv1.3': await accepts('TLSv1.3'),
    directTls: await probe.directTls('value' in encrypted),
    address: probe.answered,
    ...('error' in encrypted
      ? noCertificate(unknown(encrypted.error.gap))
      : (found?.certificate ?? noCertificate(known('none')))),
  };
}

/** What came of a question. */
export type Attempt<T> = { readonly value: T } | { readonly error: ProbeError };

async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { value: await work };
  } catch (error) {
    if (error instanceof ProbeError) return { error };
    throw error;
  }
}

/** What is seen of a TLS session, and what the server says in it. */
interface Session {
  readonly protocol: string;
  readonly cipher: string;
  readonly certificate: Readonly<Record<CertificateFact, Fact>>;
  readonly startup: Attempt<StartupAnswer>;
}

/** Old TLS needs signatures that OpenSSL 3 offers at no other level: https://docs.openssl.org/3.0/man3/SSL_CTX_set_security_level. */
const oldCiphers = { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;

type Codes = ReadonlySet<string | undefined>;

/** To whoever offers one version only: an alert, or the choice of another, as servers do that are older than TLS 1.3. */
const saysNo: Codes = new Set(['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'ERR_SSL_UNSUPPORTED_PROTOCOL']);

/** The server has chosen this version, and goes on in a way that our OpenSSL takes no more. */
const saysYes: Codes = new Set([
  'ERR_SSL_LEGACY_SIGALG_DISALLOWED_OR_UNSUPPORTED',
  'ERR_SSL_UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
]);

/** What came is no TLS, or TLS for something else. Any other alert may be about the version. */
const noDirectTls: Codes = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL']);

class Probe {
  readonly #where: string;
  /** The address that answered first: all that is said of an endpoint is said of one server. */
  #ip: string | undefined;

  constructor(
    private readonly address: Address,
    private readonly options: ProbeOptions,
  ) {
    this.#where = addressText(address);
  }

  /** Who has answered: behind a name there may be more than one. */
  get answered(): Fact {
    return { known: true, value: this.#ip };
  }

  plaintextStartup(): Promise<StartupAnswer> {
    return this.#connection(async (socket) => {
      socket.write(startupMessage(this.address.host));
      return this.#startupAnswer(socket);
    });
  }

  /** Inside the TLS that a client of today gets; where there is none, inside the oldest. */
  async encryptedStartup(): Promise<Session | 'no TLS'> {
    try {
      return await this.#session({});
    } catch (error) {
      if (!(error instanceof ProbeError) || !error.gap.code?.startsWith('ERR_')) throw error;
      const session = await this.#session(oldCiphers);
      if (session === 'no TLS') throw this.#fickle();
      return session;
    }
  }

  async #session(options: ConnectionOptions): Promise<Session | 'no TLS'> {
    let seen: Omit<Session, 'startup'> | undefined;
    try {
      return await this.#connection(async (socket) => {
        if (!(await this.#offersTls(socket))) return 'no TLS';
        const tls = await this.#handshake(socket, 'TLS', options);
        seen = {
          protocol: tls.getProtocol() ?? '',
          cipher: tls.getCipher().name,
          certificate: certificateFacts(tls, this.address.host, this.options.clock),
        };
        tls.write(startupMessage(this.address.host));
        return { ...seen, startup: { value: await this.#startupAnswer(tls) } };
      });
    } catch (error) {
      // What was seen stands, whatever comes after it.
      if (seen && error instanceof ProbeError) return { ...seen, startup: { error } };
      throw error;
    }
  }

  /** The cipher with which a version is accepted, `refused`, or why nobody can say. */
  async version(version: Version): Promise<Fact> {
    const came = await attempt(
      this.#connection(async (socket) => {
        // It did before: who says both says nothing of a version.
        if (!(await this.#offersTls(socket))) throw this.#fickle();
        const only = { ...oldCiphers, minVersion: version, maxVersion: version };
        return (await this.#handshake(socket, version, only)).getCipher().name;
      }),
    );
    if ('value' in came) return known(came.value);
    const { gap } = came.error;
    if (saysNo.has(gap.code)) return known('refused');
    return saysYes.has(gap.code) ? known('accepted') : unknown(gap);
  }

  /**
   * TLS from the first byte on, since PostgreSQL 17: https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL.
   *
   * @param answers whether it has answered the same connection without: else that it hangs up says nothing.
   */
  async directTls(answers: boolean): Promise<Fact> {
    const came = await attempt(
      this.#connection(async (socket) => {
        const tls = await this.#handshake(socket, 'TLS', { ALPNProtocols: ['postgresql'] });
        return tls.alpnProtocol === 'postgresql' ? 'accepted' : 'refused';
      }),
    );
    if ('value' in came) return known(came.value);
    const { gap } = came.error;
    return noDirectTls.has(gap.code) || (answers && gap.code === 'ECONNRESET') ? known('refused') : unknown(gap);
  }

  /** It has offered TLS before. */
  #fickle = () => new ProbeError(strange(`${this.#where} offers TLS to one connection, and not to another.`), true);

  #connection<T>(work: (socket: Socket) => Promise<T>): Promise<T> {
    const { clock, signal } = this.options;
    return withConnection({ address: this.address, ip: this.#ip, clock, signal }, (socket) => {
      this.#ip ??= socket.remoteAddress;
      return work(socket);
    });
  }

  async #startupAnswer(source: Socket | TLSSocket): Promise<StartupAnswer> {
    const answer = await readFrom(source, (bytes, ended) =>
      bytes.length > longestAnswer
        ? (startupAnswer(bytes, true) ?? 'nothing')
        : (startupAnswer(bytes, ended) ?? 'nothing'),
    );
    if (answer === 'more' || answer === 'nothing') {
      throw new ProbeError(strange(`${this.#where} answered the startup with nothing that PostgreSQL says.`), true);
    }
    return answer;
  }

  /** Exactly one byte: whatever came behind it in plaintext, somebody in between may have put there. */
  async #offersTls(socket: Socket): Promise<boolean> {
    socket.write(sslRequest);
    const answer = await readFrom(socket, (bytes, ended) =>
      bytes.length > 0 || ended ? bytes.toString('latin1') : 'more',
    );
    if (answer === 'S' || answer === 'N') return answer === 'S';
    const what =
      answer === '' || answer === 'more'
        ? 'by hanging up'
        : /^[SN]/.test(answer)
          ? `with more than one byte, ${shown(answer.slice(0, 20))}`
          : `with ${shown(answer.slice(0, 20))}, which is neither S nor N`;
    throw new ProbeError(strange(`${this.#where} answered the request for TLS ${what}.`), true);
  }

  /** @param what is offered, for whoever reads that it could not be. */
  #handshake(socket: Socket, what: 'TLS' | Version, options: ConnectionOptions): Promise<TLSSocket> {
    const { host } = this.address;
    const heard = socket.bytesRead;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        const gap = tlsGap(error, this.#where);
        // OpenSSL had nothing to offer, and sent at most an alert: the server has no part in it.
        const isOurs = gap.code?.startsWith('ERR_') && socket.bytesRead === heard;
        reject(new ProbeError(isOurs ? notTested(what, gap.code) : gap, true));
      };
      try {
        const tls = connect({
          ...options,
          ...(this.options.ca && { secureContext: trusting(this.options.ca, options) }),
          socket,
          host,
          // An IP address is no server name, nor has one a dot at its end: https://www.rfc-editor.org/rfc/rfc6066#section-3.
          ...(isIP(host) === 0 && { servername: host.replace(/\.$/, '') }),
          // What is wrong with the certificate is a finding of its own.
          rejectUnauthorized: false,
          checkServerIdentity: () => undefined,
        });
        tls.once('secureConnect', () => resolve(tls));
        tls.on('error', fail);
        tls.once('close', () => fail({ code: 'ECONNRESET' }));
      } catch (error) {
        // This OpenSSL knows no such cipher or version.
        fail(error);
      }
    });
  }
}

const notTested = (what: 'TLS' | Version, code = ''): Gap => ({
  kind: 'not-collected',
  code,
  detail: `${what} was not tested: this Node cannot offer it (${code}).`,
  remedy: 'Probe with a Node that has its own OpenSSL, as those of nodejs.org have.',
});
