"""A server of the assignment in another language than echolot's, as a student might hand it in.

server.py PORT [right | lax | slow | crashes | exits | ends-after N]

right: a thread for each client. lax: takes every setup and every probe. slow: thinks before each answer.
crashes: ends altogether at a setup that it must refuse. exits: serves one client after the other, and ends a
little after what it has refused.
ends-after N: ends altogether when its Nth client is served.
"""

import os
import re
import socket
import sys
import threading
import time

SETUP = re.compile(rb's (RTT|TTPUT) ([1-9]\d*) ([1-9]\d*) (\d+(?:\.\d+)?)\r?\n')
FAULT = sys.argv[2] if len(sys.argv) > 2 else 'right'
LAST = int(sys.argv[3]) if FAULT == 'ends-after' else None


def is_probe(message, size, number):
    line = message.rstrip(b'\r\n')
    end = b' %d' % number
    return line.startswith(b'm ') and line.endswith(end) and len(line) == 2 + size + len(end)


def serve(connection):
    lines = connection.makefile('rb')
    setup = SETUP.fullmatch(lines.readline())
    if setup is None and FAULT == 'crashes':
        os._exit(1)
    if setup is None and FAULT != 'lax':
        connection.sendall(b'404 ERROR: Invalid Connection Setup Message\n')
        return False
    size, probes = (int(setup[2]), int(setup[3])) if setup else (0, 0)
    delay = float(setup[4]) if setup else 0
    connection.sendall(b'200 OK: Ready\n')
    number = 1
    for message in lines:
        if FAULT == 'slow':
            time.sleep(0.2)
        if message.rstrip(b'\r\n') == b't':
            connection.sendall(b'200 OK: Closing Connection\n')
            return True
        if FAULT != 'lax' and number > probes and not message.startswith(b'm'):
            connection.sendall(b'404 ERROR: Invalid Connection Termination Message\n')
            return False
        if FAULT != 'lax' and not (number <= probes and is_probe(message, size, number)):
            connection.sendall(b'404 ERROR: Invalid Measurement Message\n')
            return False
        time.sleep(delay)
        connection.sendall(message)
        number += 1
    return True


def serve_and_close(connection):
    is_right = True
    try:
        is_right = serve(connection)
    except OSError:
        pass
    finally:
        connection.close()
    if FAULT == 'exits' and not is_right:
        time.sleep(0.05)
        os._exit(0)


listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listener.bind(('127.0.0.1', int(sys.argv[1])))
listener.listen()
print('listening on port', listener.getsockname()[1], flush=True)
served = 0
while served != LAST:
    connection, _ = listener.accept()
    served += 1
    print('client', served, flush=True)
    client = threading.Thread(target=serve_and_close, args=(connection,), daemon=True)
    client.start()
    if FAULT == 'exits':
        client.join()
client.join()
listener.close()
