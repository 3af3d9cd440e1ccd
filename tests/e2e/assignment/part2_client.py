"""Part II of the first assignment document: the measuring client, `s RTT 1000 10 0.5`.

Slips of the document that are mended here:
- the indentation throughout; `m P_MESSAGE` was `MP_MESSAGE`; a second, garbled `sendall` is gone
- the blank between `m` and the payload, which the document's own message format asks for, was missing
- `**measuring` was the comment `# measuring`; the `break` stood outside of any loop
- the string `The client application` stood indented in the middle of the module
Kept, though the text asks for something else: the sequence number starts at 0, the payload is not 1000 bytes
long, and the termination message has a blank in it.
Added: a third argument for the server delay (the document's 0.5 stays the default).
"""

import socket
import sys
import time

host = sys.argv[1]  # Host name or IP address
port = int(sys.argv[2])  # Port used by server
data_payload = 1000  # Message size (bytes) sent by TCP
m_type = 'RTT'  # Variable to represent RTT Measuring (RTT) or Throughput (TTPUT)
number_of_probes = '10'  # Number of Probes to check
server_delay = sys.argv[3] if len(sys.argv) > 3 else '0.5'  # Server delay in seconds

servsock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
serv_address = (host, port)
print("Connecting to %s port %s" % serv_address)
servsock.connect(serv_address)
csp_send_string = 's ' + m_type + ' ' + str(data_payload) + ' ' + number_of_probes + ' ' + server_delay + '\n'
message = csp_send_string.encode()
servsock.sendall(message)
data = servsock.recv(data_payload)
message = data.decode()
if message == '200 Ok: Ready':
    print('200 Ok: Ready')
    if m_type == 'RTT':
        rtt_array = []
        probe_seq_number = 0
        for probe_seq_number in range(int(number_of_probes)):
            MP_MESSAGE = 'm ' + 'Hello_World_welcome_to_lit ' + str(probe_seq_number) + '\n'
            MP_MESSAGE = MP_MESSAGE.encode()
            send_time = time.time()  # time is measured in seconds
            servsock.sendall(MP_MESSAGE)
            check = servsock.recv(data_payload)
            recv_time = time.time()  # time is measured in seconds
            # Round trip time is measured in seconds and rounded to the 10th decimal place
            rtt_in_s = round(recv_time - send_time, 10)
            rtt_array.append(rtt_in_s)
            message_measure = check.decode()
            print(message_measure)
        rtt_average = sum(rtt_array) / len(rtt_array)  # measuring the mean or average RTT
        print(rtt_average)
        CTP_MESSAGE = 't \n'
        CTP_MESSAGE = CTP_MESSAGE.encode()
        servsock.sendall(CTP_MESSAGE)
        close_time = servsock.recv(data_payload)
        close_time = close_time.decode()
        print(close_time)
