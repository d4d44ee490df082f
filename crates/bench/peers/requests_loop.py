"""The loop that one writes by hand in Python with requests, measured as the Rust subjects are.

usage: requests_loop.py PROVIDER ADDRESS PAGE_SIZE
"""

import json
import resource
import sys
import time
import zlib

import requests

ACCOUNT = "bench"


def omnidim(session, base, _size):
    answer = session.get(f"{base}/api/v1/reseller/organizations", headers={"Authorization": f"Bearer {ACCOUNT}"})
    answer.raise_for_status()
    body = answer.json()
    if not body["success"]:
        raise SystemExit("the provider refused")
    for organization in body["organizations"]:
        yield str(organization["id"])


def layers(session, base, size):
    parameters = {"limit": size}
    while True:
        answer = session.get(
            f"{base}/v1/organizations", params=parameters, headers={"Authorization": f"Bearer {ACCOUNT}"}
        )
        answer.raise_for_status()
        body = answer.json()
        for organization in body["items"]:
            yield organization["id"]
        if body["nextCursor"] is None:
            return
        parameters["cursor"] = body["nextCursor"]


def vobiz(session, base, size):
    listed, page = 0, 1
    while True:
        answer = session.get(
            f"{base}/api/v1/accounts/{ACCOUNT}/sub-accounts/",
            params={"page": page, "size": size},
            headers={"X-Auth-ID": ACCOUNT, "X-Auth-Token": ACCOUNT},
        )
        answer.raise_for_status()
        body = answer.json()
        for sub_account in body["sub_accounts"]:
            yield sub_account["auth_id"]
        listed += len(body["sub_accounts"])
        page += 1
        if not body["sub_accounts"] or listed >= body["total"]:
            return


def processor_time():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    provider, address, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
    session = requests.Session()
    base = f"http://{address}"
    loop = {"omnidim": omnidim, "layers": layers, "vobiz": vobiz}[provider]
    records, ids, first, first_at = 0, 0, None, None
    processor, began = processor_time(), time.perf_counter()
    for identity in loop(session, base, size):
        if first is None:
            first, first_at = time.perf_counter() - began, time.time_ns()
        records += 1
        ids = zlib.crc32(identity.encode() + b"\n", ids)
    wall, processor = time.perf_counter() - began, processor_time() - processor
    sent = session.get(f"{base}/first-record-sent").text
    print(
        json.dumps(
            {
                "records": records,
                "wall_ns": int(wall * 1e9),
                "cpu_ns": int(processor * 1e9),
                "first_ns": int(first * 1e9),
                "first_at": first_at,
                "first_sent_at": int(sent) if sent else None,
                "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
                "ids": ids,
            }
        )
    )


main()
