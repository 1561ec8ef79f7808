"""Opens a packet socket on lo, starts a program with it as descriptor 3 and without rights, and sends to lo."""
import os
import socket
import subprocess
import sys

ETH_P_ALL = 3
subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
receiver = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
receiver.bind(("lo", ETH_P_ALL))
sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
sender.bind(("lo", 0))
frame = b"\xff" * 12 + b"\x88\xb5" + bytes(50)
for _ in range(7):
    sender.send(frame)  # before the ring: it must not see them
os.dup2(receiver.fileno(), 3)


def give_up() -> None:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)


child = subprocess.Popen(sys.argv[1:], preexec_fn=give_up, pass_fds=[3], stderr=subprocess.PIPE, text=True)
for line in child.stderr:
    if line.strip() != "READY":
        continue
    for _ in range(5):
        sender.send(frame)
sys.exit(child.wait())
