"""Part I of the first assignment document, `client_app.py`: sends one text, prints what comes back, exits.

Slips of the document that are mended here:
- the body of `echo_client` was out of its `try`, and the `try` had neither `except` nor `finally`
- `if __name__ == '__main__':` was missing before the argument parser
- Python 3 sends bytes: the message is encoded, what comes back is decoded
- `amount\\_expected` was `amount_expected`; what came in several pieces was printed in pieces
Added: `--host` (the document's host stays the default).
"""

import argparse
import socket

host = 'localhost'


def echo_client(host, port):
    """A simple client"""
    servsock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    serv_address = (host, port)
    print("Connecting to %s port %s" % serv_address)
    servsock.connect(serv_address)
    try:
        message = "Hello world!"
        print("Sending %s" % message)
        servsock.sendall(message.encode())
        amount_received = 0
        amount_expected = len(message)
        received = b''
        while amount_received < amount_expected:
            data = servsock.recv(24)
            if not data:
                break
            amount_received += len(data)
            received += data
        print("Received: %s" % received.decode())
    finally:
        print("Closing connection to the server")
        servsock.close()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description='Socket Server Example')
    parser.add_argument('--host', action="store", dest="host", default=host)
    parser.add_argument('--port', action="store", dest="port", type=int, required=True)
    give_args = parser.parse_args()
    echo_client(give_args.host, give_args.port)
