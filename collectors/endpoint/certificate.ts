import { checkServerIdentity, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Clock, EndpointFact, Fact, Json } from '../../types';

export type CertificateFact = Extract<EndpointFact, `certificate${string}`>;

const known = (value: Json | undefined): Fact => ({ known: true, value });

/** No certificate was seen: `none` if there is none, or why nobody knows. */
export const noCertificate = (verification: Fact): Record<CertificateFact, Fact> => {
  const rest = verification.known ? known(undefined) : verification;
  return {
    certificateVerification: verification,
    certificateHostName: rest,
    certificateDaysLeft: rest,
    certificateRoot: rest,
  };
};

/**
 * `verified`, or OpenSSL's code for what is wrong with the chain; whether it is for this host (`matches`, or for whom it is);
 * how many whole days it is valid, less than 0 once it has expired; and the name of the root, if the chain was followed to one.
 */
export function certificateFacts(tls: TLSSocket, host: string, clock: Clock): Record<CertificateFact, Fact> {
  const certificate = tls.getPeerCertificate(true);
  if (!certificate.raw) return noCertificate(known('none'));
  // Typed as an Error, given as its code.
  const wrong = tls.authorizationError as unknown as string | Error | null;
  const mismatch = checkServerIdentity(host, certificate);
  const left = Date.parse(certificate.valid_to) - clock.now();
  return {
    certificateVerification: known(
      tls.authorized
        ? 'verified'
        : typeof wrong === 'string'
          ? wrong
          : ((wrong as NodeJS.ErrnoException)?.code ?? 'unknown'),
    ),
    certificateHostName: known(mismatch ? namesOf(certificate) : 'matches'),
    certificateDaysLeft: known(Math.floor(left / 86_400_000)),
    certificateRoot: known(rootOf(certificate)),
  };
}

const namesOf = ({ subjectaltname, subject }: PeerCertificate): string =>
  (subjectaltname ?? one(subject?.CN) ?? '') || 'no name';

const one = (name: string | readonly string[] | undefined) =>
  Array.isArray(name) ? name[0] : (name as string | undefined);

/** The last of the chain, if it has issued itself. */
function rootOf(leaf: PeerCertificate): string | undefined {
  type Issued = PeerCertificate & { readonly issuerCertificate?: PeerCertificate };
  const seen = new Set<string>();
  for (let at: Issued | undefined = leaf; at && !seen.has(at.fingerprint256); at = at.issuerCertificate) {
    seen.add(at.fingerprint256);
    if (at.issuerCertificate?.fingerprint256 === at.fingerprint256) return one(at.subject.CN) ?? one(at.subject.O);
  }
  return undefined;
}
