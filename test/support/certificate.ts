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
