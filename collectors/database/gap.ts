import { CutShort } from '../../helpers/cutShort';
import type { Gap, ReasonKind } from '../../types';

/** Why a database could not be asked. It crosses no layer: a fact has its gap. */
export class AuditError extends Error {
  override readonly name = 'AuditError';

  constructor(readonly gap: Gap) {
    super(gap.detail);
  }
}

const checkAccess = 'Check user and password, and which line of pg_hba.conf lets this address in.';

/** By SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html. The first that begins so. */
const byState: readonly (readonly [state: string, kind: ReasonKind, remedy: string])[] = [
  ['28', 'unauthenticated', checkAccess],
  ['3D000', 'not-found', 'Name a database that is there, such as postgres.'],
  ['42501', 'forbidden', 'Ask for the right to read it.'],
  ['57014', 'timeout', 'Audit again when the server is less busy.'],
  ['53', 'server-error', 'Audit again when the server takes connections.'],
  ['57', 'server-error', 'Audit again when the server takes connections.'],
];

/** As far as they are not about a file, what the codes of Node and OpenSSL mean here. */
const unverified = {
  kind: 'network',
  remedy:
    'Name the authority of its certificate by sslrootcert, and the host by the name that stands in it; sslmode=require without sslrootcert takes any certificate.',
} as const;

/** What the server says, without the full stop that follows. */
const inALine = (text: string): string => {
  const [line = ''] = text.split('\n');
  return line.length > 300 ? `${line.slice(0, 299)}…` : line.replace(/\.$/, '');
};

/** What went wrong between here and the server. */
export function gapOf(error: unknown, where: string): Gap {
  if (error instanceof AuditError) return error.gap;
  const { code, message = '' } = (error ?? {}) as { readonly code?: unknown; readonly message?: string };
  const said = typeof code === 'string' ? code : undefined;
  const state = byState.find(([begin]) => said?.length === 5 && said.startsWith(begin));
  if (state && said) {
    const [, kind, remedy] = state;
    return { kind, code: said, detail: `${where} answered ${said}: ${inALine(message)}.`, remedy };
  }
  if (isServers(error) && said) {
    const remedy = 'Audit again; if it stays so, look up what it means.';
    return { kind: 'server-error', code: said, detail: `${where} answered ${said}: ${inALine(message)}.`, remedy };
  }
  if (said && isAboutCertificate(said)) {
    return { ...unverified, code: said, detail: `The certificate of ${where} cannot be verified (${said}).` };
  }
  return {
    kind: 'network',
    ...(said !== undefined && { code: said }),
    detail: `The session with ${where} failed: ${inALine(message || said || 'nobody said why')}.`,
    remedy:
      'Check host and port. A server without TLS is asked with sslmode=disable by a method that needs no password, or over its Unix socket.',
  };
}

/** Whether the server said it, by an SQLSTATE, and the session goes on. */
export function isServers(error: unknown): boolean {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]{4}$/.test(code) && !/^(08|57P)/.test(code);
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const isAboutCertificate = (code: string): boolean =>
  code === 'ERR_TLS_CERT_ALTNAME_INVALID' ||
  /(^|_)(CERT|CERTIFICATE|CRL|CHAIN|LEAF|CA|PURPOSE|PATH)(_|$)/.test(code.replace(/^ERR_SSL_.*/, ''));

/** It said nothing in time. */
export const silence = (where: string, seconds: number): Gap => ({
  kind: 'timeout',
  detail: `${where} said nothing within ${seconds} s.`,
  remedy: 'A firewall or private access may keep this address out: audit from a place that the server lets in.',
});

/** The audit itself was ended. */
export const cutGap = (reason: unknown): Gap => ({
  kind: reason instanceof CutShort ? reason.kind : 'not-collected',
  detail: 'The audit was cut short before this was asked.',
  remedy: 'Audit again, with a longer --timeout if you gave one.',
});

/** No password, or one that must not be sent. */
export const noPassword = (where: string, plaintext: boolean): Gap => ({
  kind: 'unauthenticated',
  detail: plaintext
    ? `${where} asks for a password, and the connection is not encrypted: none is sent.`
    : `${where} asks for a password, and there is none.`,
  remedy: plaintext
    ? 'Leave sslmode=disable out, or go over the Unix socket of the server.'
    : 'Put it into .pgpass or PGPASSWORD, or sign in to Azure with --entra.',
});
