import type { Json } from '../types';
import type { EmulatedServer } from './tenant';

/** Names that PostgreSQL and Azure give their parameters. */
const names = `allow_alter_system allow_in_place_tablespaces application_name array_nulls authentication_timeout
autovacuum autovacuum_analyze_scale_factor autovacuum_analyze_threshold autovacuum_freeze_max_age autovacuum_max_workers
autovacuum_naptime autovacuum_vacuum_cost_delay autovacuum_vacuum_cost_limit autovacuum_work_mem
azure.accepted_password_auth_method azure.allow_temp_tablespaces_on_local_ssd azure.extensions azure_storage.allow_network_access
backend_flush_after bgwriter_delay bgwriter_flush_after block_size bytea_output check_function_bodies checkpoint_timeout
client_encoding client_min_messages connection_throttle.enable cpu_index_tuple_cost cpu_tuple_cost cron.database_name
cursor_tuple_fraction data_checksums DateStyle deadlock_timeout debug_print_plan default_statistics_target effective_cache_size
enable_hashjoin enable_mergejoin enable_nestloop enable_seqscan escape_string_warning fsync full_page_writes geqo hot_standby
idle_in_transaction_session_timeout intelligent_tuning IntervalStyle jit lc_messages listen_addresses lock_timeout log_checkpoints
log_connections log_disconnections log_duration log_line_prefix log_lock_waits log_min_duration_statement log_statement
logfiles.retention_days maintenance_work_mem max_connections max_locks_per_transaction max_prepared_transactions
max_replication_slots max_wal_senders max_wal_size max_worker_processes metrics.autovacuum_diagnostics min_wal_size
parallel_setup_cost password_encryption pg_partman_bgw.interval pg_qs.query_capture_mode pg_stat_statements.track pgaudit.log
pgbouncer.enabled pgms_wait_sampling.history_period port random_page_cost search_path seq_page_cost shared_buffers
shared_preload_libraries statement_timeout synchronous_commit temp_buffers TimeZone track_activities vacuum_cost_delay
wal_buffers wal_compression wal_level work_mem xmlbinary`.split(/\s+/);

/** Parameters about security that say something else than the two that count. */
const decoys: Readonly<Record<string, string>> = {
  'azure.accepted_password_auth_method': 'md5,scram-sha-256',
  password_encryption: 'scram-sha-256',
  ssl: 'on',
  ssl_ca_file: '/datadrive/certs/ca.pem',
  ssl_ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384',
  ssl_ecdh_curve: 'prime256v1',
  ssl_max_protocol_version: '',
  ssl_prefer_server_ciphers: 'on',
};

const tlsDefaults: Readonly<Record<string, string>> = {
  require_secure_transport: 'on',
  ssl_min_protocol_version: 'TLSv1.2',
};

const description = 'Sets how the server behaves in this respect, for every database and role of it.';

function parameter(id: string, name: string, value: Json, more: { readonly [field: string]: Json } = {}): Json {
  return {
    properties: {
      value,
      description,
      defaultValue: tlsDefaults[name] ?? 'on',
      dataType: 'Enumeration',
      allowedValues: 'on,off',
      source: 'system-default',
      isDynamicConfig: true,
      isReadOnly: false,
      isConfigPendingRestart: false,
      documentationLink: `https://www.postgresql.org/docs/17/runtime-config.html#GUC-${name.toUpperCase().replaceAll('_', '-')}`,
      ...more,
    },
    id: `${id}/configurations/${name}`,
    name,
    type: 'Microsoft.DBforPostgreSQL/flexibleServers/configurations',
  };
}

/** The items of `{id}/configurations`: as many, of the size and with the decoys of a real list. */
export function parameterItems(id: string, { parameters = {} }: EmulatedServer, count: number): Json[] {
  const values = new Map<string, { readonly [field: string]: Json }>();
  for (const [name, value] of Object.entries({ ...decoys, ...tlsDefaults })) values.set(name, { value });
  for (const [name, given] of Object.entries(parameters)) {
    if (given === null) values.delete(name);
    else values.set(name, typeof given === 'string' ? { value: given } : { ...given });
  }
  for (let i = 0; values.size < count; i++) {
    const name = names[i] ?? `extension_${i}.setting`;
    if (!values.has(name) && !Object.hasOwn(parameters, name)) values.set(name, { value: 'on' });
  }
  return [...values]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { value = null, ...more }]) => parameter(id, name, value, more));
}
