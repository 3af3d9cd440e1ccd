"""The client of the second assignment document: one text out and back, RTT = t2 - t1, TPUT = 1000 / RTT.

Slips of the document that are mended here:
- Python 2 `print` statements; bytes and text; `import time` was missing
- the `try:` had no end: the socket is closed in a `finally`
- a server that closes early no longer means reading for ever
Added: host and port as arguments (the document's `localhost` and 10000 stay the defaults).
"""

import socket
import sys
import time

host = sys.argv[1] if len(sys.argv) > 1 else 'localhost'
port = int(sys.argv[2]) if len(sys.argv) > 2 else 10000

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_address = (host, port)
sock.connect(server_address)

try:
    # Send data
    message = 'String of message'
    t1 = time.time()
    print('sending "%s"' % message, file=sys.stderr)
    sock.sendall(message.encode())

    # Look for the response
    amount_received = 0
    amount_expected = len(message)

    while amount_received < amount_expected:
        data = sock.recv(100)
        if not data:
            sys.exit('the server closed the connection')
        amount_received += len(data)
        print('received "%s"' % data.decode(), file=sys.stderr)

    t2 = time.time()
    print('RTT is', t2 - t1, 'seconds')
    print('TPUT is', 1000 / (t2 - t1), 'bytes/seconds')
finally:
    sock.close()
