import * as tls from 'node:tls';

/** With NODE_EXTRA_CA_CERTS and the system's own, where this Node can tell: Node 20 cannot. */
const trustedByNode = (): readonly string[] | undefined =>
  'getCACertificates' in tls ? (tls.getCACertificates as (type: string) => string[])('default') : undefined;

/** As a list; on Node 20 without those of NODE_EXTRA_CA_CERTS. */
export const nodesAuthorities = (): readonly string[] => trustedByNode() ?? tls.rootCertificates;

/**
 * What Node trusts, and these authorities (PEM) beside it. Where Node cannot tell what it trusts, it has its own at hand all the same: to
 * list them would take twice as long as to add to them.
 */
export function trusting(added: readonly string[], options: tls.SecureContextOptions = {}): tls.SecureContext {
  const known = trustedByNode();
  const context = tls.createSecureContext({ ...options, ...(known && { ca: [...known, ...added] }) });
  if (!known) for (const ca of added) context.context.addCACert(ca);
  return context;
}
