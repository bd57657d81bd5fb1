"""Answers one name, for ops/check-release, until it is ended; says on a line when it is ready.

    name-server.py ADDRESS NAME NAMED-ADDRESS

Everything else, and every other kind of record, has no answer.
"""
import socket, struct, sys

address, known, named = sys.argv[1:]
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((address, 53))
print("ready", flush=True)
while True:
    question, client = server.recvfrom(512)
    labels, position = [], 12
    while question[position]:
        labels.append(question[position + 1:position + 1 + question[position]].decode())
        position += 1 + question[position]
    kind, = struct.unpack_from(">H", question, position + 1)
    asked = question[12:position + 5]
    found = ".".join(labels) == known
    # IPv4 is record type 1; a known name without such a record is no error, an unknown one is error 3.
    answer = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton(named) if found and kind == 1 else b""
    flags = 0x8180 if found else 0x8183
    server.sendto(question[:2] + struct.pack(">HHHHH", flags, 1, bool(answer), 0, 0) + asked + answer, client)
