"""The server of the second assignment document: echoes byte by byte and prints the phases it believes in.

Slips of the document that are mended here:
- Python 2 `print` statements; bytes and text
- the server `connect()`ed to its own address before it bound it
- the code was in fragments without the indentation that puts them together; the lines that only the
  document's transcript shows (date, "starting up", the setup, "waiting") are printed as they stand there
- "1 OK" is the transcript's "1000 OK": the number is the message size
- `# add delay` adds a delay
Added: host, port and delay as arguments (the document's `localhost` and 10000, and no delay, are the
defaults); port 0 takes a free port and the one taken is printed.
"""

import datetime
import socket
import sys
import time

host = sys.argv[1] if len(sys.argv) > 1 else 'localhost'
port = int(sys.argv[2]) if len(sys.argv) > 2 else 10000
delay = float(sys.argv[3]) if len(sys.argv) > 3 else 0.0

sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
server_address = (host, port)
sock.bind(server_address)
sock.listen(1)
print(datetime.datetime.now(), 'starting up on %s port %s' % (host, sock.getsockname()[1]))
print('s tput 1 1000 1')

while True:
    print('waiting for a connection')
    connection, client_address = sock.accept()
    try:
        print('1000 OK')
        print('connection from', client_address, file=sys.stderr)
        # Receive the data in small chunks and retransmit it
        while True:
            data = connection.recv(1)
            print('m 1 1')
            print('received "%s"' % data.decode(), file=sys.stderr)
            if data:
                time.sleep(delay)
                print('sending data back to the client', file=sys.stderr)
                connection.sendall(data)
            else:
                print('no more data from', client_address, file=sys.stderr)
                break
    finally:
        try:
            # Clean up the connection
            print('1 OK: Closing Connection')
            print('t .')
            connection.close()
        except ValueError:
            print('404 ERROR: Invalid Connection Termination Message')
