import type { Setting } from '../types';

/**
 * A version of TLS, or of the SSL that came before it. Compared as numbers: 1.10 is above 1.9.
 * SSL 2 and 3 count as major 0, below every TLS.
 */
export interface TlsVersion {
  readonly major: number;
  readonly minor: number;
}

const tls = /^TLSv?(\d{1,4})(?:[._](\d{1,4}))?$/i;
const ssl = /^SSLv([23])$/i;

/**
 * Reads `TLSv1.2`, `TLS1_2`, `TLSV1.2`, `TLSv1` (which is 1.0), `SSLv3`. Undefined for anything else, a major other
 * than 1 included: no such TLS exists, so nothing can be said of it.
 *
 * Spellings: https://learn.microsoft.com/rest/api/postgresql/singleserver/servers/get (`TLS1_2`) and
 * https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION (`TLSv1.2`).
 */
export function parseTlsVersion(value: unknown): TlsVersion | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const old = ssl.exec(text);
  if (old) return { major: 0, minor: Number(old[1]) };
  const match = tls.exec(text);
  if (!match || Number(match[1]) !== 1) return undefined;
  return { major: 1, minor: Number(match[2] ?? 0) };
}

/** True if the version is below the floor, a dotted `major.minor` such as `1.2`. */
export function isBelow(version: TlsVersion, floor: string): boolean {
  const [major = 0, minor = 0] = floor.split('.').map(Number);
  return version.major === major ? version.minor < minor : version.major < major;
}

/** What an attacker makes of old TLS: https://www.rfc-editor.org/rfc/rfc8996#section-3. */
export const whyModernTls =
  'TLS 1.0 and 1.1 are deprecated (RFC 8996): their handshake rests on MD5 and SHA-1, so an attacker on the path with ' +
  'enough computing power can weaken it, or pass for the server and read along.';

/** The setting that all TLS floors share. TLS 1.0 and 1.1 are deprecated: https://www.rfc-editor.org/rfc/rfc8996. */
export const minimumTlsVersion: Setting<'1.2' | '1.3'> = {
  description: 'The oldest TLS version that a server may accept.',
  default: '1.2',
  values: ['1.2', '1.3'],
};
