"""The change as a pipelined redis-py script, without any guard: what the application writes meanwhile is lost."""

import json
import sys
import time

import redis


def peak_bytes():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))


def change(client, keys):
    reading = client.pipeline(transaction=False)
    for key in keys:
        reading.hgetall(key)
    writing = client.pipeline(transaction=False)
    for key, item in zip(keys, reading.execute()):
        if b"name" not in item:
            continue
        first, last = item[b"name"].split(b" ", 1)
        cents = int(item[b"price"].replace(b".", b""))
        writing.hset(key, mapping={"first": first, "last": last, "price_cents": cents})
        writing.hdel(key, "name", "price", "legacy")
    writing.execute()


def main():
    client = redis.Redis(host="127.0.0.1", port=int(sys.argv[1]))
    client.ping()
    print("begin", flush=True)
    begun, cpu = time.perf_counter(), time.process_time()
    cursor = None
    while cursor != 0:
        cursor, keys = client.scan(cursor or 0, match="item:*", count=1000)
        change(client, keys)
    print(json.dumps({
        "seconds": time.perf_counter() - begun,
        "cpu_seconds": time.process_time() - cpu,
        "peak_bytes": peak_bytes(),
    }))


main()
