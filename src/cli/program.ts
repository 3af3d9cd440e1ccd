/** What the program is called. */

export const PROGRAM_NAME = 'echolot';
export const TAGLINE = 'Measures TCP paths by echo: round-trip time and throughput.';
