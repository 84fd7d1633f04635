import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpRequest } from 'node:http';
import { Agent, type AgentOptions, request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { ArmError, errorFromWire } from './gap';

type Opened = (error: Error | null, socket?: Duplex) => void;
type Target = { host?: string; port?: number };

/** Of an agent of Node's: those that wait for a connection, and how a request comes to it, which no type tells. */
interface Requests {
  readonly requests: NodeJS.Dict<ClientRequest[]>;
  addRequest(request: ClientRequest, options: Target): void;
}

/**
 * An agent that reaches every host through a proxy, by CONNECT, and keeps its tunnels alive: the SDK's own way, and
 * `https-proxy-agent`, open one for each request. Node counts a connection that takes its time only once it is there, and
 * would open more than `maxSockets`; so what is being opened stands among the sockets, and `destroy` finds it there, too.
 */
export class TunnelAgent extends Agent {
  #destroyed = false;

  constructor(
    private readonly proxy: URL,
    private readonly tunnelOptions: AgentOptions,
    /** A proxy that takes longer to open a tunnel will not. Less than an attempt may take, so that the proxy is named. */
    private readonly patience = 20_000,
  ) {
    super(tunnelOptions);
  }

  /** Node calls it for each new connection; the callback gets TLS to the host inside a tunnel of the proxy. */
  override createConnection(options: Target, opened: Opened): undefined {
    const name = this.getName(options);
    const end = (error: Error | null, socket?: Duplex) => {
      opened(error, socket);
      // Once Node has told of the error: who is told is no longer waiting.
      if (error) setImmediate(() => this.#next(name, options));
    };
    if (this.#destroyed) return void end(new ArmError('network', 'The scan has ended.'));
    const { hostname, port, protocol, username, password } = this.proxy;
    const { host: to = '' } = options;
    const target = `${isIP(to) === 6 ? `[${to}]` : to}:${options.port}`;
    const send = protocol === 'https:' ? httpsRequest : httpRequest;
    const host = hostname.replace(/^\[|\]$/g, '');
    const connect = send({
      host,
      // Node would take it from the header Host, which names the target.
      servername: isIP(host) ? '' : host,
      port: port || (protocol === 'https:' ? 443 : 80),
      method: 'CONNECT',
      path: target,
      agent: false,
      rejectUnauthorized: true,
      timeout: this.patience,
      headers: { Host: target, ...(username && { 'Proxy-Authorization': basic(username, password) }) },
      ...(this.tunnelOptions.secureContext && { secureContext: this.tunnelOptions.secureContext }),
    });
    const sockets: unknown[] = this.sockets[name] ?? [];
    Object.assign(this.sockets, { [name]: sockets });
    sockets.push(connect);
    const settle = (error: Error | null, socket?: Duplex) => {
      if (!sockets.includes(connect)) return;
      sockets.splice(sockets.indexOf(connect), 1);
      end(error, socket);
    };
    connect.on('error', (error) => settle(errorFromWire(error, `the proxy ${this.proxy.host}`)));
    connect.on('timeout', () => connect.destroy(new ArmError('network', `The proxy ${this.proxy.host} is silent.`)));
    connect.on('response', (answer) => settle(this.#refused(answer, answer.socket)));
    connect.on('connect', (answer: IncomingMessage, socket: Duplex) => {
      if (answer.statusCode !== 200) return settle(this.#refused(answer, socket));
      settle(null, super.createConnection({ ...options, socket } as never) as Duplex);
    });
    connect.end();
    return undefined;
  }

  override destroy(): void {
    this.#destroyed = true;
    super.destroy();
  }

  /** Who waits for a connection gets the place of a tunnel that was not opened: Node gives away only those of sockets. */
  #next(name: string, options: Target): void {
    const { requests } = this as unknown as Requests;
    const [first, ...others] = requests[name]?.filter(({ destroyed }) => !destroyed) ?? [];
    if (others.length > 0) requests[name] = others;
    else delete requests[name];
    if (first) (this as unknown as Requests).addRequest(first, options);
  }

  #refused({ statusCode = 0 }: IncomingMessage, socket: Duplex): ArmError {
    socket.destroy();
    const code = statusCode === 407 ? 'ProxyAuthenticationRequired' : 'ProxyRefused';
    return new ArmError('network', `The proxy ${this.proxy.host} answered ${statusCode}.`, {
      code,
      transient: statusCode >= 500,
    });
  }
}

const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
