import { runScan } from '../../engine/scan';
import { plugins } from '../../plugins';
import type { Collector, Fact, Kind, Report, Scope } from '../../types';
import { answered, clock, known, tool } from './report';

const facts: Readonly<Record<'PostgreSQL/endpoints' | 'PostgreSQL/databases', Readonly<Record<string, Fact>>>> = {
  'PostgreSQL/endpoints': {
    address: known('10.0.0.5'),
    plaintext: known('accepted'),
    TLSv1: known('refused'),
    'TLSv1.1': known('refused'),
    'TLSv1.2': known('refused'),
    'TLSv1.3': known('TLS_AES_256_GCM_SHA384'),
    certificateVerification: known('verified'),
    certificateHostName: known('matches'),
    certificateDaysLeft: known(90),
    certificateRoot: known('ISRG Root X1'),
    operator: known('other'),
  },
  'PostgreSQL/databases': {
    ssl: known('on'),
    tlsSeen: known(true),
    ssl_min_protocol_version: known('TLSv1.2'),
    ssl_max_protocol_version: known(''),
    ssl_ciphers: known('HIGH'),
    password_encryption: known('scram-sha-256'),
    pg_hba_file_rules: known([]),
    hbaLoaded: known(true),
    pg_stat_ssl: known([]),
    allSessions: known('visible'),
  },
};

/** The report of a probe, or of an audit, of these hosts: a port takes plaintext, a database is well but for want of sessions. */
export function viewReport(
  kind: keyof typeof facts,
  hosts: readonly string[] = ['db.example.com:5432'],
  settings = { minimumTlsVersion: '1.2' },
): Promise<Report> {
  const folder = kind === 'PostgreSQL/endpoints' ? 'endpoints' : 'databases';
  const collector: Collector = {
    kinds: [kind],
    async collect(_needs, sink) {
      for (const name of hosts) {
        const id = `/${folder}/${name}`;
        const nowhere = { location: null, resourceGroup: null, subscriptionId: null };
        sink.resource({ id, name, type: kind, ...nowhere, facts: facts[kind] });
        const kinds: { [K in Kind]?: ReturnType<typeof answered> } = { [kind]: answered(1) };
        const scope: Scope = { id, type: kind, subscriptionId: null, name, state: null, kinds };
        sink.scope(scope);
      }
    },
  };
  return runScan({
    collector,
    plugins: plugins.filter((plugin) => plugin.kind === kind),
    settings,
    clock,
    tool,
    signal: new AbortController().signal,
  });
}
