#!/usr/bin/env python3
"""Model of one shard of a run: exactly once, under crashes, stale workers, cut connections and a server that
loses its newest writes. Explores every interleaving within bounds and prints a shortest trace to a breach.

Two keys, one per batch. The transform adds 1 to c, the application adds 1 to w at any time.
At the end of a run every key must have c == 1, and w must equal the writes that the server still has.

Names follow docs/adr/0008-exactly-once.md: epoch, receipt, watermark, journal, void, seal.
"""
import sys
from collections import deque, namedtuple

# ---- server: what is in the append-only log moves together -------------------------------------------------
Data = namedtuple("Data", "c w epoch base receipts wm")          # c, w: per key; receipts: frozenset of batch ids; wm: watermark
# ---- one client connection of a process --------------------------------------------------------------------
# phase: idle | watched | journalled | sent | ok | null | cut ; dirty: the server saw a watched key change
Conn = namedtuple("Conn", "phase batch seen dirty clean", defaults=("idle", 0, None, False, None))
# ---- a worker process ---------------------------------------------------------------------------------------
# mode: new | sealed | raised | run | dead ; done: keys it knows to be finished
Proc = namedtuple("Proc", "mode epoch done conns acked")
# ---- journal: records in order, the first `durable` of them survive anything ---------------------------------
# ("epoch", e) ("batch", id, key, e) ("void", id) ("alive", id): found applied after all
Journal = namedtuple("Journal", "recs durable next_id")
State = namedtuple("State", "data past server_id journal procs orphans app crashes backs cuts branch")

KEYS = (0, 1)
RULES = dict(fence=True, seal=True, atomic_receipt=True, void_durable=True, wm_applied=True, reread=True)

def put(t, i, v): return t[:i] + (v,) + t[i + 1:]

def journal_epoch(j): return max([r[1] for r in j.recs if r[0] == "epoch"], default=0)

def voids(j, upto=None):
    """Voided batches as of the end of epoch `upto` (all, if None)."""
    out, e = set(), 0
    for r in j.recs:
        if r[0] == "epoch": e = r[1]
        if upto is None or e <= upto:
            if r[0] == "void": out.add(r[1])
            if r[0] == "alive": out.discard(r[1])
    return out

def applied(j, d):
    """Which journalled batches the server's present history contains."""
    v = voids(j, d.base) if RULES["reread"] else voids(j)
    got = set()
    for r in j.recs:
        if r[0] == "batch":
            b = r[1]
            if b in d.receipts or (RULES["wm_applied"] and b <= d.wm and b not in v): got.add((b, r[2]))
    return got

def touch(s, d, keys=(), epoch=False):
    """A write happened: remember the history, mark watchers dirty."""
    procs = tuple(p._replace(conns=tuple(c._replace(dirty=True) if c.phase in ("watched", "journalled", "sent") and (epoch or k in keys) else c
                                         for k, c in enumerate(p.conns))) for p in s.procs)
    orphans = tuple((o[0], o[1], True if (epoch or o[1] in keys) else o[2]) + o[3:] for o in s.orphans)
    return s._replace(data=d, past=s.past + (s.data,), procs=procs, orphans=orphans)

def run_exec(s, key, batch, dirty, clean, epoch):
    """EXEC at the server: null if anything watched changed, else the writes, the receipt and the clean-up together."""
    if dirty: return s, "null"
    d = s.data
    receipts = d.receipts - clean[1] | ({batch} if RULES["atomic_receipt"] else set())
    nd = d._replace(c=put(d.c, key, d.c[key] + 1), receipts=frozenset(receipts), wm=max(d.wm, clean[0]))
    return touch(s, nd, keys=(key,)), "ok"

def cleanup(j, p):
    """Watermark and receipts that may go with the next transaction: over acknowledged batches, and over voided
    ones once that is durable."""
    v = set()
    for i, r in enumerate(j.recs):
        if i < j.durable or not RULES["void_durable"]:
            if r[0] == "void": v.add(r[1])
            if r[0] == "alive": v.discard(r[1])
    wm = 0
    while (wm + 1) in p.acked or (wm + 1) in v: wm += 1
    return wm, frozenset(b for b in p.acked if b <= wm)

def append(s, *recs, sync):
    j = s.journal
    recs = j.recs + recs
    return s._replace(journal=j._replace(recs=recs, durable=len(recs) if sync else j.durable))

def steps(s, B):
    """All (label, next state)."""
    out = []
    # the application
    if s.app < B["app"]:
        for k in KEYS:
            d = s.data
            out.append((f"app writes key {k}", touch(s, d._replace(w=put(d.w, k, d.w[k] + 1)), keys=(k,))._replace(app=s.app + 1)))
    # the server loses its newest writes and restarts
    if s.backs < B["backs"]:
        for n in range(len(s.past)):
            procs = tuple(p._replace(conns=tuple(c._replace(phase="cut") if c.phase not in ("idle",) else c for c in p.conns)) if p.mode != "dead" else p for p in s.procs)
            procs = tuple(p._replace(mode="cut") if p.mode in ("run", "raised", "settled") else p for p in procs)
            out.append((f"server restarts {len(s.past)-n} writes back", s._replace(data=s.past[n], past=s.past[:n], server_id=s.server_id + 1, procs=procs, orphans=(), backs=s.backs + 1, branch=(s.data, s.past))))
    # a replica that still has the newer writes is promoted after all
    if s.branch and B["promote"]:
        procs = tuple(p._replace(conns=tuple(c._replace(phase="cut") if c.phase not in ("idle",) else c for c in p.conns)) if p.mode != "dead" else p for p in s.procs)
        procs = tuple(p._replace(mode="cut") if p.mode in ("run", "raised", "settled") else p for p in procs)
        out.append(("the replica with the newer writes is promoted", s._replace(data=s.branch[0], past=s.branch[1], server_id=s.server_id + 1, procs=procs, orphans=(), branch=None)))
    # transactions of dead or cut connections that are still on their way
    for i, (epoch, key, dirty, batch, clean) in enumerate(s.orphans):
        rest = s.orphans[:i] + s.orphans[i + 1:]
        t, r = run_exec(s._replace(orphans=rest), key, batch, dirty, clean, epoch)
        out.append((f"late EXEC of batch {batch}: {r}", t))
    for pi, p in enumerate(s.procs):
        def with_p(t, q): return t._replace(procs=put(t.procs, pi, q))
        def orphaned(t, q):
            o = tuple((q.epoch, k, c.dirty, c.batch, c.clean) for k, c in enumerate(q.conns) if c.phase == "sent")
            return t._replace(orphans=t.orphans + o)
        if p.mode == "dead": continue
        # crash: journal records not yet durable may be lost
        if s.crashes < B["crashes"]:
            j = s.journal
            for keep in range(j.durable, len(j.recs) + 1):
                t = orphaned(s, p)._replace(journal=j._replace(recs=j.recs[:keep], durable=min(j.durable, keep)), crashes=s.crashes + 1)
                t = with_p(t, p._replace(mode="dead", conns=(Conn(),) * len(KEYS)))
                t = t._replace(procs=t.procs + (Proc("new", 0, frozenset(), (Conn(),) * len(KEYS), frozenset()),))
                out.append((f"P{pi} crashes, journal keeps {keep}", t))
            # taken for dead: another process takes over while this one goes on
            if sum(q.mode != "dead" for q in s.procs) < 2:
                t = s._replace(crashes=s.crashes + 1, procs=s.procs + (Proc("new", 0, frozenset(), (Conn(),) * len(KEYS), frozenset()),))
                out.append((f"P{pi} is slow, another takes over", t))
        owner = p.epoch == journal_epoch(s.journal) or not RULES["seal"]
        if p.mode in ("new", "cut"):
            e = journal_epoch(s.journal) + 1
            if p.mode == "cut" and not owner:      # someone else took over: stop for good
                out.append((f"P{pi} finds the journal sealed", with_p(s, p._replace(mode="dead"))))
                continue
            t = append(s, ("epoch", e), sync=True)
            out.append((f"P{pi} seals the journal, epoch {e}", with_p(t, p._replace(mode="sealed", epoch=e, done=frozenset(), acked=frozenset(), conns=(Conn(),) * len(KEYS)))))
        elif p.mode == "sealed":
            if s.data.epoch < p.epoch:
                t = touch(s, s.data._replace(epoch=p.epoch), epoch=True) if RULES["fence"] else s._replace(data=s.data._replace(epoch=p.epoch))
                # which epoch the server had tells which voids its history knows
                got = applied(s.journal, s.data)
                t = with_p(t, p._replace(mode="raised", acked=frozenset(b for b, _ in got), done=frozenset(k for _, k in got)))
                out.append((f"P{pi} raises the epoch and reads receipts", t))
            else:
                out.append((f"P{pi} sees a newer epoch, stops", with_p(s, p._replace(mode="dead"))))
        elif p.mode == "raised":
            if not owner: out.append((f"P{pi} sealed out", with_p(s, p._replace(mode="dead")))); continue
            have = voids(s.journal)
            recs = tuple(("void", r[1]) for r in s.journal.recs if r[0] == "batch" and r[1] not in p.acked and r[1] not in have)
            recs += tuple(("alive", b) for b in sorted(p.acked & have))
            t = append(s, *recs, sync=True)
            out.append((f"P{pi} settles {[r[:2] for r in recs]}", with_p(t, p._replace(mode="settled"))))
        elif p.mode == "settled":
            if s.data.epoch != p.epoch:
                out.append((f"P{pi} is fenced, recovers", with_p(s, p._replace(mode="cut")))); continue
            out.append((f"P{pi} marks epoch {p.epoch} settled", with_p(touch(s, s.data._replace(base=p.epoch)), p._replace(mode="run"))))
        elif p.mode == "run":
            for k, c in enumerate(p.conns):
                def with_c(t, q, c2): return with_p(t, q._replace(conns=put(q.conns, k, c2)))
                if c.phase == "idle" and k not in p.done:
                    if s.data.epoch == p.epoch:
                        out.append((f"P{pi} watches key {k}", with_c(s, p, Conn("watched", 0, (s.data.c[k], s.data.w[k]), False, None))))
                    else:
                        out.append((f"P{pi} reads another epoch, recovers", with_p(s, p._replace(mode="cut"))))
                elif c.phase == "watched":
                    if not owner: out.append((f"P{pi} sealed out", with_p(orphaned(s, p), p._replace(mode="dead")))); continue
                    b = s.journal.next_id
                    t = append(s, ("batch", b, k, p.epoch), sync=True)
                    t = t._replace(journal=t.journal._replace(next_id=b + 1))
                    out.append((f"P{pi} journals batch {b} key {k}", with_c(t, p, c._replace(phase="journalled", batch=b))))
                elif c.phase == "journalled":
                    out.append((f"P{pi} sends EXEC of batch {c.batch}", with_c(s, p, c._replace(phase="sent", clean=cleanup(s.journal, p)))))
                elif c.phase == "sent":
                    t, r = run_exec(s, k, c.batch, c.dirty, c.clean, p.epoch)
                    q = t.procs[pi]
                    out.append((f"EXEC of batch {c.batch}: {r}", with_c(t, q, q.conns[k]._replace(phase=r))))
                elif c.phase == "ok":
                    q = p._replace(acked=p.acked | {c.batch}, done=p.done | {k})
                    out.append((f"P{pi} acknowledges batch {c.batch}", with_c(s, q, Conn())))
                elif c.phase == "null":
                    if not owner: out.append((f"P{pi} sealed out", with_p(s, p._replace(mode="dead")))); continue
                    t = append(s, ("void", c.batch), sync=False)
                    out.append((f"P{pi} voids batch {c.batch} after a conflict", with_c(t, p, Conn())))
                if c.phase in ("sent", "ok", "null") and s.cuts < B["cuts"]:
                    t = orphaned(s, p._replace(conns=tuple(c if kk == k else Conn() for kk, c in enumerate(p.conns)))) if c.phase == "sent" else s
                    # the whole process recovers; its other connections are closed too, with what they sent on its way
                    t = orphaned(t, p._replace(conns=tuple(Conn() if kk == k else cc for kk, cc in enumerate(p.conns))))
                    out.append((f"connection {k} of P{pi} cut", with_p(t, p._replace(mode="cut", conns=(Conn(),) * len(KEYS)))._replace(cuts=s.cuts + 1)))
    return out

def breach(s):
    """c > 1: twice. A finished process with c < 1 while nothing can still move: lost."""
    if any(c > 1 for c in s.data.c): return "applied twice"
    for i, p in enumerate(s.procs):
        if p.mode == "run" and p.epoch == s.data.epoch and p.done == frozenset(KEYS) and all(c.phase == "idle" for c in p.conns):
            if any(c != 1 for c in s.data.c): return "claims completion, a key is not migrated"
    return None

def main(B):
    d = Data((0,) * len(KEYS), (0,) * len(KEYS), 0, 0, frozenset(), 0)
    s0 = State(d, (), 0, Journal((), 0, 1), (Proc("new", 0, frozenset(), (Conn(),) * len(KEYS), frozenset()),), (), 0, 0, 0, 0, None)
    seen = {s0: None}
    q = deque([s0])
    while q:
        s = q.popleft()
        for label, t in steps(s, B):
            if t in seen: continue
            seen[t] = (s, label)
            why = breach(t)
            if why:
                trace = []
                x = t
                while seen[x]: trace.append(seen[x][1]); x = seen[x][0]
                print(f"BREACH: {why} after {len(seen)} states"); print("\n".join("  " + l for l in reversed(trace))); print(t.data, t.journal)
                return 1
            q.append(t)
        if len(seen) > B["states"]: print(f"no breach in the first {len(seen)} states (bound reached)"); return 0
    print(f"no breach in all {len(seen)} states")
    return 0

if __name__ == "__main__":
    B = dict(app=1, crashes=1, backs=1, cuts=0, promote=0, states=3_000_000)
    for a in sys.argv[1:]:
        k, v = a.split("=")
        if k in RULES: RULES[k] = v == "1"
        else: B[k] = int(v)
    sys.exit(main(B))
