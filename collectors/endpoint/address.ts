import { isIP } from 'node:net';
import { ScanError } from '../../helpers/scanError';

/** Where a server listens. */
export interface Address {
  /** A name, or an IP address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** PostgreSQL's own, also on Azure: https://www.iana.org/assignments/service-names-port-numbers. */
export const standardPort = 5432;

/** `host`, `host:port`, `[::1]:port` or `::1`. Throws a ScanError, `bad-option`. */
export function addressOf(word: string): Address {
  const [, bracketed, name, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(word) ?? [];
  const host = isIP(word) === 6 ? word : (bracketed ?? name ?? '');
  const port = digits === undefined ? standardPort : Number(digits || Number.NaN);
  const isHost = bracketed === undefined ? isIP(host) !== 0 || isName(host) : isIP(host) === 6;
  if (!isHost) {
    // A URL or a connection string may hold a password.
    const what = /:\/\/|[@=]/.test(word) ? 'an address of something else' : `"${word}"`;
    const remedy =
      'Give a host and a port, as in db.example.com:5432, without a user and a password; an IPv6 address stands in brackets.';
    throw new ScanError('bad-option', `What is to be probed cannot be ${what}.`, remedy);
  }
  if (!(port >= 1 && port <= 65_535)) {
    throw new ScanError('bad-option', `"${word}" has no port from 1 to 65535.`, `Leave it out for ${standardPort}.`);
  }
  return { host: host.toLowerCase(), port };
}

/** As the DNS has them; a name in a file of hosts may have an underscore. */
const isName = (host: string) => host.length <= 253 && /^(?!-)[\w-]{1,63}(\.[\w-]{1,63})*\.?$/.test(host);

/** As it stands in a URL. */
export const addressText = ({ host, port }: Address): string => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
