import { isIP } from 'node:net';
import { generate } from 'selfsigned';
import { clouds } from '../../collectors';

/** PEM of a certificate for loopback, and of its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

let made: Promise<Certificate> | undefined;

/** Self-signed, for localhost and 127.0.0.1, and for the hosts of Azure, which a proxy of ours leads here; made once per process. */
export function loopbackCertificate(): Promise<Certificate> {
  made ??= make();
  return made;
}

/** Self-signed, for localhost and nothing else. */
export const proxyCertificate = (): Promise<Certificate> => signed('proxy', [{ type: 2, value: 'localhost' }]);

function make(): Promise<Certificate> {
  const azure = Object.values(clouds).flatMap((cloud) => [cloud.armEndpoint, cloud.authorityHost]);
  const altNames = [
    ...['localhost', 'login.partner.microsoftonline.cn', ...azure.map((origin) => new URL(origin).host)].map(
      (value) => ({ type: 2 as const, value }),
    ),
    { type: 7 as const, ip: '127.0.0.1' },
    { type: 7 as const, ip: '::1' },
  ];
  return signed('localhost', altNames);
}

/** For localhost, by itself; it has expired. */
export const expiredCertificate = (): Promise<Certificate> =>
  signed('expired', [{ type: 2, value: 'localhost' }], new Date('2020-01-01'));

/** By itself, for another host. */
export const certificateOfAnother = (): Promise<Certificate> =>
  signed('another', [{ type: 2, value: 'another.example' }]);

/** With the PEM of the authority that it is signed by. */
export interface IssuedCertificate extends Certificate {
  readonly ca: string;
}

export interface Validity {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
}

let authority: Promise<Certificate> | undefined;

/** For hosts, by name or address, the first of which is its subject; by an authority that is made once per process. */
export async function issued(
  hosts: readonly [string, ...string[]],
  validity: Validity = {},
): Promise<IssuedCertificate> {
  authority ??= makeAuthority();
  const ca = await authority;
  const altNames = hosts.map((host) =>
    isIP(host) ? { type: 7 as const, ip: host } : { type: 2 as const, value: host },
  );
  const { notBefore = validity.notAfter && yearBefore(validity.notAfter), notAfter } = validity;
  const { cert, private: key } = await generate([{ name: 'commonName', value: hosts[0] }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ca,
    extensions: [{ name: 'subjectAltName', altNames }],
    ...(notBefore && { notBeforeDate: notBefore }),
    ...(notAfter && { notAfterDate: notAfter }),
  });
  return { cert, key, ca: ca.cert };
}

function yearBefore(date: Date): Date {
  const before = new Date(date);
  before.setFullYear(before.getFullYear() - 1);
  return before;
}

async function makeAuthority(): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'pgposture test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  return { cert, key };
}

type AltName = { readonly type: 2; readonly value: string } | { readonly type: 7; readonly ip: string };

async function signed(name: string, altNames: AltName[], notAfterDate?: Date): Promise<Certificate> {
  const { cert, private: key } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [{ name: 'subjectAltName', altNames }],
    ...(notAfterDate && { notBeforeDate: new Date('2019-01-01'), notAfterDate }),
  });
  return { cert, key };
}
