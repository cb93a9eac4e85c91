#!/usr/bin/env python3
"""Log debt, tap it and list it from a terminal or an editor, over the API of a TPM server.

    python tpm_debt.py "Tax rules hard-wired in billing/tax.py ~M +third @pay"
    python tpm_debt.py tap PAY-D42 15
    python tpm_debt.py list

This one file is all there is to it: it needs Python 3.8 or newer and nothing else. Where the server
is and who you are comes from TPM_URL, TPM_TOKEN and TPM_PRODUCT, or from ~/.config/tpm-debt.ini
(TPM_DEBT_CONFIG names another place):

    [tpm]
    url = https://tpm.example.org
    token = tpm_...
    product = PAY

Make the token under Account, API tokens, with writing allowed.
"""

import argparse
import configparser
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

SECONDS = 20
COMMANDS = ("log", "tap", "list")


class Refused(Exception):
    """The server said no, or cannot be reached; the text is for the person who asked."""

    code = 0
    """What the server answered; 0 where it did not."""


def settings():
    """Address, token and product: from the environment, else from the file."""
    place = os.environ.get("TPM_DEBT_CONFIG") or os.path.join(
        os.path.expanduser("~"), ".config", "tpm-debt.ini"
    )
    kept = configparser.ConfigParser(interpolation=None)
    try:
        kept.read(place, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError) as problem:
        raise Refused(f"{place} cannot be read: {problem}") from problem
    found = {}
    for name in ("url", "token", "product"):
        value = os.environ.get("TPM_" + name.upper()) or kept.get("tpm", name, fallback="") or ""
        found[name] = value.strip()
    for name in ("url", "token"):
        if not found[name]:
            raise Refused(f"Set TPM_{name.upper()}, or write {name} = … into {place}.")
    if not found["url"].startswith(("https://", "http://")):
        raise Refused("TPM_URL begins with https:// or http://.")
    return found


class KeepsTheToken(urllib.request.HTTPRedirectHandler):
    """A redirect is refused: a token is sent to the server that was named, and to no other."""

    def redirect_request(self, req, fp, code, msg, headers, newurl):
        raise Refused(f"The server sends us to {newurl}: put that address into TPM_URL.")


def call(known, method, path, body=None):
    """One request to the API. returns: what the server answers; raises: Refused"""
    request = urllib.request.Request(  # noqa: S310 - settings() lets http and https through alone
        known["url"].rstrip("/") + "/api/v1/" + path,
        data=None if body is None else json.dumps(body).encode("utf-8"),
        method=method,
        headers={
            "Authorization": "Bearer " + known["token"],
            "Accept": "application/json",
            "Content-Type": "application/json",
        },
    )
    opener = urllib.request.build_opener(KeepsTheToken)
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            return json.loads(answer.read().decode("utf-8"))
    except urllib.error.HTTPError as problem:
        refusal = Refused(sentences(problem.code, problem.read()))
        refusal.code = problem.code
        raise refusal from problem
    except (urllib.error.URLError, OSError) as problem:
        reason = getattr(problem, "reason", problem)
        raise Refused("{} cannot be reached: {}".format(known["url"], reason)) from problem
    except ValueError as problem:
        raise Refused("{} does not answer as a TPM server.".format(known["url"])) from problem


def sentences(code, body):
    """What a refusal says, in the server's own words."""
    try:
        found = json.loads(body.decode("utf-8"))
    except ValueError:
        return f"The server answered {code}."
    if not isinstance(found, dict):
        return f"The server answered {code}."
    said = []
    # Asked whether one is sure: the server says how to answer over the API, we say how here.
    unsure = found.get("code") == "sure"
    for name, problems in found.items():
        if unsure and name in ("code", "confirm"):
            continue
        words = " ".join(str(one) for one in problems) if isinstance(problems, list) else problems
        said.append(str(words) if name in ("error", "title", "line") else name + ": " + str(words))
    return " ".join([*said, "Add --sure to keep it."] if unsure else said)


def product_of(known, given):
    """The product that is meant, by its key."""
    product = given or known["product"]
    if not product:
        raise Refused("Say which product: --product KEY, or TPM_PRODUCT.")
    return product


def log(known, asked):
    line = " ".join(asked.words).strip()
    if not line:
        raise Refused("Say in a few words what hurts.")
    body = {"product": product_of(known, asked.product), "line": line}
    if asked.sure:
        body["sure"] = True
    item = call(known, "POST", "debt-items/", body)
    if asked.json:
        return json.dumps(item, indent=2)
    said = "{} {}\n{}/d/{}/".format(item["key"], item["title"], known["url"], item["key"])
    return "\n".join([said, *filter(None, [item.get("taken_from")])])


def minutes_of(word):
    """Minutes of `15`, `15m`, `15min`, `1h` or `0.5h`."""
    units = (("min", 1.0), ("m", 1.0), ("h", 60.0))
    for unit, factor in units:
        if word.endswith(unit):
            return float(word[: -len(unit)]) * factor
    return float(word)


def tap(known, asked):
    words = asked.words
    if not 1 <= len(words) <= 2:
        raise Refused("Say what was tapped: tap KEY, or tap KEY 15.")
    try:
        minutes = minutes_of(words[1]) if len(words) == 2 else 15.0
    except ValueError as problem:
        raise Refused(f"{words[1]} is no time: write 15, 15m or 1h.") from problem
    key = words[0].upper()
    path = "debt-items/{}/taps/".format(urllib.parse.quote(key, safe=""))
    row = call(known, "POST", path, {"minutes": minutes})
    if asked.json:
        return json.dumps(row, indent=2)
    return "{} minutes lost to {}.".format("{:g}".format(row["minutes"]), key)


def rows_of(known, product):
    """Every open, accepted or planned item, the highest score first."""
    found, page = [], 1
    while True:
        asked = {"product": product, "page": page, "page_size": 500}
        answer = call(known, "GET", "debt-items/?" + urllib.parse.urlencode(asked))
        found += [row for row in answer["results"] if row["closed_on"] is None]
        if not answer.get("next"):
            break
        page += 1
    return sorted(found, key=lambda row: -(score_of(row) or -1.0))


def score_of(row):
    latest = row.get("latest_score")
    return latest["score"] if latest else None


def refuse_unknown(known, product):
    """Nothing is open in a product that is not there: say that instead. raises: Refused"""
    try:
        call(known, "GET", "debt-totals/{}/".format(urllib.parse.quote(product, safe="")))
    except Refused as refusal:
        if refusal.code == 404:
            raise Refused(f"There is no product {product}, or you may not see it.") from refusal
        raise


def table(known, asked):
    product = product_of(known, asked.product)
    rows = rows_of(known, product)
    if not rows:
        refuse_unknown(known, product)
    if asked.json:
        return json.dumps(rows, indent=2)
    lines = []
    for row in rows:
        score, latest = score_of(row), row.get("latest_score") or {}
        mark = "  ?  " if score is None else "{:3.0f} {}".format(score, latest["letter"])
        days = latest.get("interest_days")
        cost = "   unknown  " if days is None else f"{days:5.1f} d/month"
        lines.append("{}  {}  {:<10} {}".format(mark, cost, row["key"], row["title"]))
    return "\n".join(lines) or "No open debt."


def parser():
    made = argparse.ArgumentParser(
        prog="tpm_debt.py",
        description="Log debt from one line; tap KEY 15: it cost 15 minutes; list: what is open.",
    )
    made.add_argument("words", nargs="+", metavar="LINE | tap KEY [15] | list")
    made.add_argument("--product", metavar="KEY")
    made.add_argument("--sure", action="store_true", help="keep a cost beyond what the team has")
    made.add_argument("--json", action="store_true")
    return made


def main(arguments=None):
    """returns: 0, or 1 where the server refused, with the sentence on standard error"""
    asked = parser().parse_args(arguments)
    does = asked.words[0] if asked.words[0] in COMMANDS else "log"
    alone = len(asked.words) == 1
    if does == "list" and not alone:
        does = "log"  # a line that begins with this word
    elif does != "log" or (asked.words[0] == "log" and not alone):
        asked.words = asked.words[1:]
    run = {"log": log, "tap": tap, "list": table}[does]
    try:
        print(run(settings(), asked))
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
