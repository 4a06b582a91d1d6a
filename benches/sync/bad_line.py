"""A line of real packets between two network namespaces: 64 kbit/s each way, 600 ms there and back, 5 % lost.

Prints "ready" when it is up and ends, and takes its namespaces away, when its input is closed. Wants root.
"""

import fcntl
import heapq
import os
import random
import select
import struct
import subprocess
import sys
import time

RATE, ONE_WAY, LOSS, QUEUE = 8000.0, 0.3, 0.05, 64 * 1024
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
ENDS = [("kulakan-shop", "kk0", "10.77.0.1"), ("kulakan-hub", "kk1", "10.77.0.2")]


def ip(*arguments, check=True):
    subprocess.run(["ip", *arguments], check=check, stderr=None if check else subprocess.DEVNULL)


def open_end(namespace, device, address):
    end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH14x", device.encode(), IFF_TUN | IFF_NO_PI))
    ip("netns", "add", namespace)
    # The device keeps this end open wherever it goes.
    ip("link", "set", device, "netns", namespace)
    ip("-n", namespace, "addr", "add", address + "/24", "dev", device)
    ip("-n", namespace, "link", "set", "lo", "up")
    ip("-n", namespace, "link", "set", device, "up")
    return end


def carry(ends):
    free_at, arriving, count = [0.0, 0.0], [], 0
    chance = random.Random(1)
    while True:
        now = time.monotonic()
        wait = max(0.0, arriving[0][0] - now) if arriving else None
        readable, _, _ = select.select([*ends, sys.stdin], [], [], wait)
        if sys.stdin in readable and not sys.stdin.read(1):
            return
        now = time.monotonic()
        for side, end in enumerate(ends):
            if end not in readable:
                continue
            packet = os.read(end, 65536)
            # A queue that is full drops at its tail, as a modem's does.
            if (free_at[side] - now) * RATE > QUEUE:
                continue
            free_at[side] = max(now, free_at[side]) + len(packet) / RATE
            if chance.random() >= LOSS:
                count += 1
                heapq.heappush(arriving, (free_at[side] + ONE_WAY, count, 1 - side, packet))
        while arriving and arriving[0][0] <= now:
            _, _, side, packet = heapq.heappop(arriving)
            try:
                os.write(ends[side], packet)
            except OSError:
                pass


def main():
    for namespace, _, _ in ENDS:
        ip("netns", "del", namespace, check=False)
    try:
        ends = [open_end(*end) for end in ENDS]
        print("ready", flush=True)
        carry(ends)
    finally:
        for namespace, _, _ in ENDS:
            ip("netns", "del", namespace, check=False)


main()
