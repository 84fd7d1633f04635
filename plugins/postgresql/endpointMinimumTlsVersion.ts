import { assigned, besides, ifKnown, oneOf, text, tlsVersion } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';
import { isBelow, minimumTlsVersion, parseTlsVersion, whyModernTls } from '../../helpers/tls';

const cipher = ifKnown(text);

export default definePlugin({
  id: 'endpointMinimumTlsVersion',
  title: 'Endpoint accepts modern TLS only',
  category: 'PostgreSQL Endpoint',
  domain: 'Databases',
  severity: 'medium',
  description:
    'Which of TLS 1.0 to 1.3 the port accepts, each tried in a connection of its own: its evidence is the cipher, or that it was refused.',
  moreInfo:
    `${whyModernTls} What the port accepts is what counts: its TLS library may refuse what the setting allows, and a proxy in front of it ` +
    'may allow what the setting forbids. A version that this Node cannot offer is not tested, and then nothing is said of it.',
  recommendedAction: 'Let the server accept TLS {minimumTlsVersion} and newer only: ssl_min_protocol_version.',
  link: 'https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-SSL-MIN-PROTOCOL-VERSION',
  compliance: [],
  kind: 'PostgreSQL/endpoints',
  needs: {
    address: besides(text),
    TLSv1: cipher,
    'TLSv1.1': cipher,
    'TLSv1.2': cipher,
    'TLSv1.3': cipher,
    directTls: besides(oneOf('accepted', 'refused')),
    plaintext: besides(oneOf('accepted', 'refused')),
    minimumTlsVersionSetting: besides(assigned(tlsVersion)),
  },
  settings: { minimumTlsVersion },
  messages: {
    modern: pass('Nothing older than TLS {minimumTlsVersion} is accepted.'),
    modernThough: pass(
      'Nothing older than TLS {minimumTlsVersion} is accepted, although Azure says {minimumTlsVersionSetting}.',
      { minimumTlsVersionSetting: 'that an older one is' },
    ),
    plaintextAllowed: warn(
      'Nothing older than TLS {minimumTlsVersion} is accepted, but that binds only clients that choose TLS: plaintext is {plaintext}.',
      { plaintext: 'accepted' },
    ),
    outdated: fail('TLS older than {minimumTlsVersion} is accepted.'),
    outdatedThough: fail(
      'TLS older than {minimumTlsVersion} is accepted, although Azure says {minimumTlsVersionSetting}.',
      {
        minimumTlsVersionSetting: 'that it is not',
      },
    ),
    noTls: fail('No TLS is accepted, of any version.'),
  },
  fix: {
    impact:
      'A client whose TLS library knows no TLS {minimumTlsVersion} is refused, which OpenSSL calls "tlsv1 alert protocol version". ' +
      'PostgreSQL needs no restart for it.',
    steps: [
      'On Azure set ssl_min_protocol_version to TLSv{minimumTlsVersion} (Flexible Server); Single Server knows no floor above TLS1_2.',
      "Elsewhere: ALTER SYSTEM SET ssl_min_protocol_version = 'TLSv{minimumTlsVersion}'; SELECT pg_reload_conf();",
      'In PgBouncer set client_tls_protocols to what is new enough, and reload.',
    ],
  },
  evaluate(facts, { minimumTlsVersion: floor }) {
    const names = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;
    const versions = names.map((name) => ({ name, value: facts[name], version: parseTlsVersion(name) ?? noVersion }));
    const isOld = ({ version }: (typeof versions)[number]) => isBelow(version, floor);
    const accepted = versions.filter(({ value }) => value !== undefined && value !== 'refused');
    const set = facts.minimumTlsVersionSetting;
    const oldest = accepted.find(isOld)?.version;
    if (oldest) return set && isBelow(oldest, `${set.major}.${set.minor}`) ? 'outdatedThough' : 'outdated';
    const unknown = versions.find((each) => each.value === undefined && (isOld(each) || accepted.length === 0));
    if (unknown) return unknown.name;
    if (accepted.length === 0) return 'noTls';
    if (facts.plaintext === 'accepted') return 'plaintextAllowed';
    return set && isBelow(set, floor) ? 'modernThough' : 'modern';
  },
});

const noVersion = { major: 0, minor: 0 };
