import tls, { type ConnectionOptions } from 'node:tls';

/**
 * Loaded with `--require`: every TLS connection of the program ends at the emulator, whatever host it is for; that host
 * has to stand in the emulator's certificate. CloudSploit asks fixed hosts, and its axios opens no tunnels.
 */
const { hostname, port } = new URL(process.env.PGPOSTURE_EMULATOR ?? '');
const { connect } = tls;
Object.assign(tls, {
  connect: ({ host = '', servername = host, ...options }: ConnectionOptions) =>
    connect({ ...options, servername, host: hostname, port: Number(port) }),
});
