#!/usr/bin/env python3
"""Checks a database file of the project with nothing of the project: plain SQL and sums.

    python3 evidence/check-books.py data/zeus.db

Prints one JSON line and exits 1 if anything is wrong:
  entries      sum of all entries (must be 0), and of each transfer (must be 0)
  balances     every balance equals the sum of its entries; none but funding is negative
  slots        every credited slot (an exchange that is pending or posted, of a job with one copy of each task) has exactly
               one accepted result, that exchange's own, and no slot is credited twice. Posted work that was found wrong
               later (audit failed) stays paid, and its slot is another's
  money        every exchange was booked once at its amount, every void one was booked back, and every restored one was
               booked back and then paid
  adjustments  what an admin gave or took by hand was booked once, out of the budget or back, and nothing else was; none was
               approved by its author or by whose credits they are, and nobody alone moved more than $50 of one account, or
               $200 in all, within 24 hours
  jobs         how many are in which state; an answered job has an answer
"""
import json
import sqlite3
import sys

db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
wrong = []

total = db.execute("SELECT coalesce(sum(micros), 0), count(*) FROM entry").fetchone()
if total[0] != 0:
    wrong.append(f"entries sum to {total[0]}")
for transfer, off in db.execute("SELECT transfer_id, sum(micros) FROM entry GROUP BY 1 HAVING sum(micros) <> 0"):
    wrong.append(f"transfer {transfer} is off by {off}")

sums = dict(db.execute("SELECT account, sum(micros) FROM entry GROUP BY 1"))
balances = dict(db.execute("SELECT account, micros FROM balance"))
for account in sums.keys() | balances.keys():
    if sums.get(account, 0) != balances.get(account, 0):
        wrong.append(f"{account}: balance {balances.get(account)}, entries {sums.get(account)}")
    if account != "funding" and balances.get(account, 0) < 0:
        wrong.append(f"{account} is negative")

booked = {}
for cause, micros in db.execute("SELECT t.cause, e.micros FROM transfer t JOIN entry e ON e.transfer_id = t.id WHERE e.micros > 0"):
    booked.setdefault(cause, []).append(micros)

results = {(b, i): (d, s) for b, i, d, s in db.execute("SELECT block_id, task_index, device_id, seq FROM result")}
credited = {}
replicated = {b for (b,) in db.execute("SELECT b.id FROM block b JOIN job j ON j.id = b.job_id WHERE j.replicas > 1")}
states = {"pending": 0, "posted": 0, "void": 0, "restored": 0}
units = 0
for device, seq, block, packed, amount, state, audit in db.execute(
    "SELECT device_id, seq, block_id, task_indices, amount_micros, state, audit FROM exchange"
):
    states[state] += 1
    name = f"{device}:{seq}:{block}"
    if amount and booked.get(f"credit:{name}") != [amount]:
        wrong.append(f"exchange {name} is worth {amount}, booked {booked.get('credit:' + name)}")
    if (f"void:{name}" in booked) != (state in ("void", "restored") and amount > 0):
        wrong.append(f"exchange {name} is {state}, booked back: {f'void:{name}' in booked}")
    if (f"restore:{name}" in booked) != (state == "restored" and amount > 0):
        wrong.append(f"exchange {name} is {state}, restored: {f'restore:{name}' in booked}")
    if state in ("void", "restored") or audit == "failed" or block in replicated:
        continue
    indices = [packed[k] | packed[k + 1] << 8 for k in range(0, len(packed), 2)]
    for index in indices:
        units += 1
        slot = (block, index)
        if slot in credited:
            wrong.append(f"slot {slot} is credited to {credited[slot]} and {name}")
        credited[slot] = name
        if results.get(slot) != (device, seq):
            wrong.append(f"slot {slot} is credited to {name}, its result is of {results.get(slot)}")

ALONE, ALONE_IN_ALL, DAY = 50_000_000, 200_000_000, 86_400_000
adjusted = {}
for cause, account, micros in db.execute(
    "SELECT t.cause, e.account, e.micros FROM transfer t JOIN entry e ON e.transfer_id = t.id WHERE t.kind = 'adjust'"
):
    adjusted.setdefault(cause, {})[account] = micros
alone = []
done = 0
for number, author, account, micros, state, at, decided_at, decided_by in db.execute(
    "SELECT id, author_id, account_id, micros, state, at, decided_at, decided_by FROM adjustment ORDER BY decided_at, id"
):
    name = f"adjust:{number}"
    expected = {"budget": -micros, f"available:{account}": micros} if state == "done" else None
    if adjusted.pop(name, None) != expected:
        wrong.append(f"adjustment {number} is {state}, of {micros} to {account}, and was booked otherwise")
    if state != "done":
        continue
    done += 1
    if decided_by != author:
        if decided_by == account or decided_at >= at + DAY:
            wrong.append(f"adjustment {number} was approved by {decided_by} at {decided_at}")
        continue
    alone.append((author, account, abs(micros), decided_at))
    same_day = [one for one in alone if one[0] == author and one[3] > decided_at - DAY]
    to_one = sum(one[2] for one in same_day if one[1] == account)
    if author == account or to_one > ALONE or sum(one[2] for one in same_day) > ALONE_IN_ALL:
        wrong.append(f"adjustment {number}: {author} alone moved {to_one} of {account} within a day")
for cause in adjusted:
    wrong.append(f"{cause} was booked and is no adjustment")

jobs = dict(db.execute("SELECT state, count(*) FROM job GROUP BY 1"))
for (job,) in db.execute("SELECT id FROM job WHERE state IN ('answered', 'correcting') AND answer IS NULL"):
    wrong.append(f"job {job} is answered without an answer")
db_check = db.execute("PRAGMA integrity_check").fetchone()[0]
if db_check != "ok":
    wrong.append(db_check)

print(json.dumps({
    "entries": total[1],
    "entriesSumMicros": total[0],
    "accounts": len(balances),
    "exchanges": states,
    "creditedUnits": units,
    "results": len(results),
    "adjustments": done,
    "jobs": jobs,
    "wrong": wrong,
}))
sys.exit(1 if wrong else 0)
