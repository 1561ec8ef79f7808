# Attaches programs to a socket: a line each, its instructions' numbers one behind the other. Prints those that are refused.
import ctypes
import socket
import struct
import sys

SO_ATTACH_FILTER = 26
SO_DETACH_FILTER = 27
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
attached = 0
for number, line in enumerate(sys.stdin):
    words = [int(word) for word in line.split()]
    count = len(words) // 4
    code = b"".join(struct.pack("HBBI", *words[4 * i : 4 * i + 4]) for i in range(count))
    buffer = ctypes.create_string_buffer(code)
    try:
        sock.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HL", count, ctypes.addressof(buffer)))
        attached += 1
    except OSError as error:
        print(f"{number}: {error}")
print(f"attached {attached}")
