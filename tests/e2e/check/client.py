"""A client of the assignment in another language than echolot's, as a student might hand it in.

client.py PORT [right | believes-all | waits]

right: prints its mean round-trip time in milliseconds. believes-all: does not look at echoes. waits: stays for
ever once it is done.
"""

import socket
import sys
import time

PAYLOAD = b'x' * 100
PROBES = 10
FAULT = sys.argv[2] if len(sys.argv) > 2 else 'right'

with socket.create_connection(('127.0.0.1', int(sys.argv[1])), timeout=2) as connection:
    lines = connection.makefile('rb')

    def ask(message):
        connection.sendall(message)
        return lines.readline()

    def measure():
        times = []
        if not ask(b's RTT %d %d 0\n' % (len(PAYLOAD), PROBES)).startswith(b'200'):
            sys.exit('the setup was refused')
        for number in range(1, PROBES + 1):
            message = b'm %s %d\n' % (PAYLOAD, number)
            start = time.monotonic()
            echo = ask(message)
            times.append(time.monotonic() - start)
            if echo.startswith(b'404'):
                sys.exit('the probe was refused')
            if echo != message and FAULT != 'believes-all':
                sys.exit('the echo is wrong')
        ask(b't\n')
        print('mean RTT: %.3f ms' % (1000 * sum(times) / len(times)))

    try:
        measure()
    except TimeoutError:
        sys.exit('no answer came')
    finally:
        connection.close()
        if FAULT == 'waits':
            time.sleep(600)
