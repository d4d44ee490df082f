"""The loop one writes by hand in Python with requests. Reads a run as JSON from standard input and prints its figures."""

import functools
import json
import operator
import resource
import sys
import time
import zlib

import requests


def pages(session, run):
    endpoint, token = run["endpoint"], None
    following = endpoint["next"] if isinstance(endpoint["next"], dict) else {}
    number = following["number"]["first"] if "number" in following else 1
    while True:
        parameters = {}
        if endpoint["size"]:
            parameters[endpoint["size"]] = run["page_size"]
        if "number" in following:
            parameters[following["number"]["parameter"]] = number
        if token is not None:
            parameters[following["token"]["parameter"]] = token
        answer = session.get(endpoint["url"], params=parameters, headers=dict(endpoint["headers"]))
        answer.raise_for_status()
        body = answer.json()
        records = functools.reduce(operator.getitem, endpoint["records"], body)
        yield records
        number += 1
        if "number" in following:
            last = len(records) < run["page_size"]
        else:
            token = body.get(following["token"]["member"]) if "token" in following else None
            last = token is None
        if last:
            return


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main():
    run = json.load(sys.stdin)
    name = run["endpoint"]["id"]
    records, ids, first = 0, 0, None
    processor, began = cpu(), time.perf_counter()
    for page in pages(requests.Session(), run):
        for record in page:
            first = first or time.perf_counter() - began
            records += 1
            ids = zlib.crc32(f"{record[name]}\n".encode(), ids)
    wall, processor = time.perf_counter() - began, cpu() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"records": records, "ids": ids, "wall": wall, "cpu": processor, "first": first, "peak": peak}))


main()
