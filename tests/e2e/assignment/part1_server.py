"""Part I of the first assignment document, `server_app.py`: a plain echo server, one message a client.

Slips of the document that are mended here:
- the `else:` before "no more data from" was missing
- the `break` after it is gone: the text asks the server to accept clients repeatedly
- `if __name__ -- '__main__':` was `==`
- "send ... bytes back" printed the data where it says how many bytes; "localnost" was "localhost"
- Python 3 receives bytes: they are decoded to be printed
Added: `--host` (the document's host stays the default); port 0 takes a free port and the one taken is
printed, once the server listens, so that a test can wait for it.
"""

import argparse
import socket

host = 'localhost'
data_payload = 1024
client_request = 2


def echo_server(host, port):
    """A simple server application"""
    servsock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    servsock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    server_addr = (host, port)
    servsock.bind(server_addr)
    servsock.listen(client_request)
    print("Starting up server on %s port %s" % (host, servsock.getsockname()[1]))
    while True:
        print("Waiting to receive message from client")
        connect_client, client_address = servsock.accept()
        data = connect_client.recv(data_payload)
        if data:
            print("Data: %s" % data.decode())
            connect_client.send(data)
            print("send %s bytes back to %s" % (len(data), client_address))
        else:
            print("no more data from", client_address)
        connect_client.close()


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description='Socket Server Example')
    parser.add_argument('--host', action="store", dest="host", default=host)
    parser.add_argument('--port', action="store", dest="port", type=int, required=True)
    give_args = parser.parse_args()
    echo_server(give_args.host, give_args.port)
