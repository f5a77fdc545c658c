#!/usr/bin/env python3
"""Makes NAME.rdb and NAME.keys with a real server.

    make.py NAME SERVER [SERVER ARGUMENTS...]

SERVER is a redis-server or valkey-server of any version; commands that it does not know are passed over.
NAME.keys has a line for each key, as the server itself tells it: database, name, expiry in Unix
milliseconds (0 for none) and what DUMP returns; name and payload in hexadecimal.
"""

import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

PORT = 17999
FAR = 4102444800000  # when keys expire that do: the year 2100


class Failure(Exception):
    pass


class Client:
    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", PORT))
        self.file = self.socket.makefile("rb")

    def __call__(self, *arguments):
        parts = [a if isinstance(a, bytes) else str(a).encode() for a in arguments]
        self.socket.sendall(b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(p), p) for p in parts))
        return self.reply()

    def reply(self):
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b"-":
            raise Failure(rest.decode())
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            data = self.file.read(int(rest) + 2)
            return data[:-2]
        return [self.reply() for _ in range(int(rest))]


def fill(do):
    def try_(*arguments):
        try:
            return do(*arguments)
        except Failure as failure:
            print("passed over:", arguments[0], arguments[1], failure)
            return None

    for number in ["0", "12", "-128", "300", "-32768", "70000", "-2147483648", "2147483648", "007", "9223372036854775807"]:
        do("SET", "number:" + number, number)
    do("SET", "text:short", "hello")
    do("SET", "text:binary", bytes(range(256)))
    do("SET", "text:repeated", "to be or not to be, " * 20)
    do("SET", "text:" + "a long name, " * 5, "named at length")
    do("SET", "text:json", '{"id":1,"name":"Ada Lovelace","tags":["a","b","a","b","a","b"],"name2":"Ada Lovelace"}')
    do("SET", "text:expiring", "soon", "PX", FAR - int(time.time() * 1000))
    do("PEXPIREAT", "text:expiring", FAR)
    do("SET", "text:empty", "")
    do("RPUSH", "list:small", "a", "1", "-500", "70000", "-9000000", "5000000000", "x" * 70)
    do("RPUSH", "list:long", *[f"element {n} of a long list" for n in range(90)])
    do("CONFIG", "SET", "list-max-ziplist-size", "16")
    do("RPUSH", "list:nodes", *[f"e{n}" for n in range(40)])
    do("RPUSH", "list:plain", "y" * 300, "z")
    do("SADD", "set:numbers", 1, 2, 3, -7)
    do("SADD", "set:wide-numbers", 1, 70000, 5000000000)
    do("SADD", "set:words", "one", "two", "3")
    do("CONFIG", "SET", "set-max-intset-entries", "4")
    try_("CONFIG", "SET", "set-max-listpack-entries", "4")
    do("SADD", "set:table", *[f"member-{n}" for n in range(20)])
    do("ZADD", "zset:small", 1, "a", "-2.5", "b", "3.141592653589793", "c", "inf", "d", "-inf", "e", "17", "42")
    do("CONFIG", "SET", "zset-max-ziplist-entries", "4")
    do("ZADD", "zset:table", *sum([[n / 3, f"m{n}"] for n in range(12)], []), "inf", "top", "-inf", "bottom")
    do("HSET", "hash:small", "name", "Ada Lovelace", "age", "36", "note", "n" * 40)
    do("PEXPIREAT", "hash:small", FAR)
    do("CONFIG", "SET", "hash-max-ziplist-entries", "4")
    do("HSET", "hash:table", *sum([[f"field-{n}", f"value {n}"] for n in range(20)], []))
    if try_("HPEXPIREAT", "hash:table", FAR + 2, "FIELDS", 2, "field-1", "field-2"):
        do("HSET", "hash:listpack-ttl", "a", "1", "b", "2")
        do("HPEXPIREAT", "hash:listpack-ttl", FAR + 3, "FIELDS", 1, "a")
    for n in range(1, 30):
        do("XADD", "stream:full", f"{n * 1000}-{n % 3}", "kind", "order", "total", n * 7)
    do("XADD", "stream:full", "40000-0", "other", "fields")
    do("XDEL", "stream:full", "2000-2", "40000-0")
    do("XGROUP", "CREATE", "stream:full", "workers", "0")
    do("XGROUP", "CREATE", "stream:full", "idle", "5000-2")
    do("XREADGROUP", "GROUP", "workers", "ada", "COUNT", "3", "STREAMS", "stream:full", ">")
    do("XREADGROUP", "GROUP", "workers", "bob", "COUNT", "2", "STREAMS", "stream:full", ">")
    do("XACK", "stream:full", "workers", "1000-1")
    do("XGROUP", "CREATE", "stream:empty", "g", "$", "MKSTREAM")
    try_("VADD", "vectors", "VALUES", 3, "0.5", "1.5", "2.5", "one", "SETATTR", '{"a":1}')
    try_("VADD", "vectors", "VALUES", 3, "-0.5", "1", "2", "two")
    try_("JSON.SET", "json", "$", '{"name":"Ada","tags":["x","y"],"n":1.5}')
    try_("TS.CREATE", "series")
    try_("TS.ADD", "series", "1000", "2.5")
    try_("BF.ADD", "bloom", "member")
    try_("GRAPH.QUERY", "graph", "CREATE (:Person {name: 'Ada'})-[:KNOWS]->(:Person {name: 'Bob'})")
    try_("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function(keys, args) return 1 end)")
    do("SELECT", "3")
    do("SET", "other:database", "3")
    do("PEXPIREAT", "other:database", FAR)
    do("SELECT", "0")


def keys(do):
    lines = []
    for database in (0, 3):
        do("SELECT", database)
        for key in sorted(do("KEYS", "*")):
            at = FAR if do('PTTL', key) > 0 else 0
            lines.append(f"{database} {key.hex()} {at} {do('DUMP', key).hex()}\n")
    return "".join(lines)


def main():
    name, server, *arguments = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        command = [server, "--port", str(PORT), "--bind", "127.0.0.1", "--dir", folder, "--save", "", *arguments]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            for _ in range(100):
                try:
                    client = Client()
                    break
                except OSError:
                    time.sleep(0.1)
            fill(client)
            here = pathlib.Path(__file__).parent
            (here / f"{name}.keys").write_text(keys(client))
            client("SAVE")
            shutil.copy(pathlib.Path(folder) / "dump.rdb", here / f"{name}.rdb")
        finally:
            process.terminate()
            process.wait()


main()
