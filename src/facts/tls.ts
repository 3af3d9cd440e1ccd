/** TLS on a connection: what a user may ask of it, and what it turned out to be. */

export interface TlsOptions {
  /** Certificates (PEM) to trust instead of those that Node.js comes with. */
  readonly ca?: string;
  /** Name that the server's certificate must have, also sent to the server (SNI). Default the host. */
  readonly name?: string;
}

/** What both ends agreed on. */
export interface TlsTerms {
  /** Version of the protocol, such as `TLSv1.3`. */
  readonly version: string;
  /** Name of the cipher suite by IANA, such as `TLS_AES_256_GCM_SHA384`. */
  readonly cipher: string;
}

/** TLS as one connection has it. */
export interface TlsRecord extends TlsTerms {
  /**
   * From the news that the TCP connection stands to the news that it is secured, as the application saw it, ns: the round
   * trips of a full handshake, and the cryptography of both sides.
   */
  readonly handshakeNs: number;
}
