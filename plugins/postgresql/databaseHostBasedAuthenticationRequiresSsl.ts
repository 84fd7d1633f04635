import { hbaLines } from '../../helpers/hbaLines';
import { besides, boolean, ifKnown, text } from '../../helpers/need';
import { definePlugin, fail, pass, warn } from '../../helpers/plugin';

export default definePlugin({
  id: 'databaseHostBasedAuthenticationRequiresSsl',
  title: 'Database server lets nobody in from the network without TLS',
  category: 'PostgreSQL Database',
  domain: 'Databases',
  severity: 'high',
  description:
    'Which lines of pg_hba.conf let whom in over the network without encryption. Of the lines that fit a connection the first decides.',
  moreInfo:
    'ssl = on only offers TLS. A line that begins with host takes a connection with or without it, so a client that does not ask for TLS, or ' +
    'whom somebody on the path keeps from asking, signs in in the clear. hostssl takes it with TLS only. Lines for loopback and for Unix sockets ' +
    'are no matter: nothing crosses the network there. GSSAPI encryption (hostgssenc) counts as encryption.',
  recommendedAction:
    'Change host to hostssl in the lines that are named, or put hostnossl all all all reject before them, and reload.',
  link: 'https://www.postgresql.org/docs/current/auth-pg-hba-conf.html',
  compliance: [],
  kind: 'PostgreSQL/databases',
  needs: { pg_hba_file_rules: hbaLines, hbaLoaded: ifKnown(boolean), password_encryption: besides(text) },
  settings: {},
  messages: {
    required: pass('No line of pg_hba.conf lets anybody in from the network without encryption.'),
    maybeNotLoaded: warn(
      'No line of pg_hba.conf lets anybody in from the network without encryption; whether the server has loaded it as it stands, this role may not see: GRANT pg_read_all_settings and pg_read_server_files, and EXECUTE on pg_stat_file(text), lets it.',
    ),
    open: fail('pg_hba.conf lets clients in from the network without TLS: {pg_hba_file_rules}.', {
      pg_hba_file_rules: 'the lines that do',
    }),
  },
  fix: {
    impact:
      'A client that connects without TLS (sslmode=disable) is refused: "no pg_hba.conf entry … no encryption". It needs a reload, no restart; ' +
      'sessions that are there stay as they are. pg_stat_ssl tells beforehand who would be refused.',
    steps: [
      'Set ssl to on, if it is off: a hostssl line takes nobody then.',
      'Change host to hostssl in the lines that the report names.',
      'SELECT pg_reload_conf(); and look at pg_hba_file_rules for errors.',
    ],
  },
  evaluate({ pg_hba_file_rules: { open }, hbaLoaded }) {
    if (open.length > 0) return 'open';
    return hbaLoaded ? 'required' : 'maybeNotLoaded';
  },
});
