/**
 * A server with a second port, on which it speaks TLS. It is one server: both ports share limits, counters and the load
 * that there may be, and their clients are in one log. TLS is that of Node.js on this thread, whatever serves the other port.
 */
import type { Endpoint } from '../facts/connection.ts';
import { type TlsIdentity, type TlsListenerNetwork, tlsListener } from '../net/node/tls-listener.ts';
import { ClientBudgets } from './access/client-budgets.ts';
import { type IdentityFacts, identityFacts } from './certificate.ts';
import { ServerCounters } from './counters.ts';
import { DEFAULT_TLS_PORT } from './defaults.ts';
import type { OnServerEvent, ServerEvent } from './events.ts';
import type { ServerLimits } from './limits.ts';
import { LoadPlaces } from './load/load-places.ts';
import type { ServeOptions, ServerPlan, TlsServeOptions } from './plan.ts';
import { type EchoServer, type SecuredPort, type ServerSurroundings, startServer } from './server.ts';
import type { ServerStatus } from './sight/status.ts';

/**
 * @param startPlain starts what serves the other port
 * @throws EcholotError `usage` for a certificate that cannot be used, and as the two servers do
 */
export async function startSecured(
  options: ServeOptions,
  { tls, limits }: Pick<ServerPlan, 'limits'> & { readonly tls: TlsServeOptions },
  startPlain: (options: ServeOptions, surroundings: ServerSurroundings) => Promise<EchoServer>,
): Promise<EchoServer> {
  const { onEvent } = options;
  const network = tlsListener(tls);
  const shared = {
    counters: new ServerCounters(),
    places: new LoadPlaces(limits),
    budgets: new ClientBudgets(),
  };
  const { tls: _, engine: _engine, threads: _threads, sockets: _sockets, ...common } = options;
  const secured = await startServer(
    network,
    {
      ...common,
      port: tls.port ?? DEFAULT_TLS_PORT,
      ...(tls.sockets && { sockets: tls.sockets }),
      ...(onEvent && { onEvent: butListening(onEvent) }),
    },
    shared,
  );
  const { endpoints } = secured;
  const certificate = identityFacts(tls.certificate);
  const told = (event: ServerEvent): void =>
    onEvent?.(event.kind === 'listening' ? { ...event, tls: { endpoints, certificate } } : event);
  try {
    const { tls: _also, ...others } = options;
    const plain = await startPlain({ ...others, ...(onEvent && { onEvent: told }) }, shared);
    return new SecuredServer(plain, secured, securedPort(network, endpoints, certificate, onEvent));
  } catch (error) {
    await secured.close();
    throw error;
  }
}

/** One line of the log tells of both ports. */
function butListening(onEvent: OnServerEvent): OnServerEvent {
  return (event) => {
    if (event.kind !== 'listening') onEvent(event);
  };
}

function securedPort(
  network: TlsListenerNetwork,
  endpoints: readonly Endpoint[],
  first: IdentityFacts,
  onEvent: OnServerEvent | undefined,
): SecuredPort {
  let certificate = first;
  return {
    endpoints,
    get certificate() {
      return certificate;
    },
    renew: (identity: TlsIdentity) => {
      network.renew(identity);
      certificate = identityFacts(identity.certificate);
      onEvent?.({ kind: 'certificate', certificate });
    },
  };
}

class SecuredServer implements EchoServer {
  readonly tls: SecuredPort;
  private readonly plain: EchoServer;
  private readonly secured: EchoServer;

  constructor(plain: EchoServer, secured: EchoServer, tls: SecuredPort) {
    this.plain = plain;
    this.secured = secured;
    this.tls = tls;
  }

  get endpoints(): readonly Endpoint[] {
    return this.plain.endpoints;
  }

  get limits(): ServerLimits {
    return this.plain.limits;
  }

  get connections(): number {
    const { sessions, lingering } = this.plain.status();
    return sessions + lingering;
  }

  setPolicy(policy: NonNullable<ServeOptions['policy']>): void {
    this.plain.setPolicy(policy);
    this.secured.setPolicy(policy);
  }

  /** The counters are those of both. */
  status(): ServerStatus {
    return this.plain.status();
  }

  async close(): Promise<void> {
    await Promise.all([this.plain.close(), this.secured.close()]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
