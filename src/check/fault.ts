/** How a rule ends that is not kept, or cannot be told. */

/** It cannot be told, whatever the server does. */
export class Untold extends Error {
  override readonly name = 'Untold';
}

/** What a server did in place of what a rule demands. */
export class Fault extends Error {
  override readonly name = 'Fault';
  /** What should have come, in words or as text on the wire. */
  readonly expected: string;
  /** What came. */
  readonly received: string;
  /** What else is to be known of it. */
  readonly note: string | undefined;

  constructor(expected: string, received: string, note?: string) {
    super(`expected ${expected}, received ${received}`);
    this.expected = expected;
    this.received = received;
    this.note = note;
  }
}
