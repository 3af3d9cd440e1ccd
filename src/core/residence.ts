/** The server's residence of probes: how long it kept each one, by which stamps. */

/** `kernel`: from receive stamp to send stamp of the kernel; `application`: as the program saw it. */
export type ResidenceSource = 'kernel' | 'application';
