#!/usr/bin/env python3
"""Writes the vectors beside this file: cards and lists, and what becomes of them.

Run it, and `git diff` shows whether anything changed: same words, same bytes.
"""

import shutil
import sys

sys.dont_write_bytecode = True

from bundles import bundles  # noqa: E402
from case import HERE, judged, write  # noqa: E402
from forms import *  # noqa: E402, F403


def verdicts():
    judged("valid", "VALID", "everything holds")
    judged("valid-extension", "VALID", "an extension is told and does not fail", card(_64="later"))
    judged("valid-foreign-host", "VALID", "the host changes nothing",
           text(seal(claims()), "https://evil.example/"))
    judged("valid-no-prefix", "VALID", "typed from a list", text(seal(claims()), ""))
    judged("valid-expires", "VALID", "the last second before exp", card(expires="2023-01-07"),
           now="2023-01-06T23:59:59+08:00")
    judged("valid-third-signature", "VALID", "a stranger's signature is passed over",
           root=note(root_text(), "root/a", "x/stranger", "root/b"))
    judged("bad-signature", "BAD_SIGNATURE", "one bit of the signature",
           text(seal(claims(), flip=True)))
    judged("bad-signature-realm", "BAD_SIGNATURE", "signed for another realm",
           text(seal(claims(), realm="production")))
    judged("bad-signature-key", "BAD_SIGNATURE", "the key id of one key, signed by another",
           text(seal(claims(), "issuer/x", raw=public("issuer/150600"))))
    for index, code in ((17, "REVOKED"), (19, "REVOKED"), (981, "REVOKED"), (5, "SUPERSEDED"),
                        (16, "VALID"), (20, "VALID"), (1199, "VALID"), (1200, "STALE")):
        judged(f"index-{index}", code, "the card of this index", card(_8=index))

    by = note(revoked_text(BY), ORIGIN)
    judged("superseded-by", "SUPERSEDED", "the list says by which", card(_8=0), revoked=by)
    judged("superseded-by-none", "SUPERSEDED", "the list does not know", card(_8=5), revoked=by)

    def one(**change):
        return note(trust_text([issuer(**change)]), "trust/office")

    cut = {"status": "compromised", "cut": {"log": ORIGIN, "size": 100}}
    judged("retired", "VALID", "a retired key keeps its cards", trust=one(status="retired"))
    judged("cut-below", "VALID", "below the cut", card(_8=99), trust=one(**cut))
    judged("key-revoked", "KEY_REVOKED", "at the cut", trust=one(**cut))
    other = cut | {"cut": {"log": "training/150600/2021", "size": 1000}}
    judged("key-revoked-log", "KEY_REVOKED", "the cut of another log", trust=one(**other))
    judged("scope-region-2", "VALID", "15 has 150600", trust=one(**scope(regions=["15"])))
    judged("scope-region-6", "VALID", "150600 itself", trust=one(**scope(regions=["150600"])))
    for name, change in (("region", {"regions": ["1507"]}), ("regions", {"regions": []}),
                         ("year", {"years": [2021]}), ("kind", {"kinds": ["application"]}),
                         ("category", {"categories": ["公需"]}), ("later", {"units": ["x"]})):
        judged(f"out-of-scope-{name}", "OUT_OF_SCOPE", "not written, not allowed",
               trust=one(**scope(**change)))
    judged("out-of-scope-category-3", "OUT_OF_SCOPE", "a category that is not written",
           card(_7=[[3, 10, 10]]))
    judged("scope-category-3", "VALID", "a category by its number",
           card(_7=[[3, 10, 10]]), trust=one(**scope(categories=["公需", "3"])))
    judged("scope-category-03", "OUT_OF_SCOPE", "a number is written in one way",
           card(_7=[[3, 10, 10]]), trust=one(**scope(categories=["03", "3 "])))
    judged("window-first", "VALID", "the first day", card(issued="2022-01-01"))
    judged("window-before", "OUT_OF_SCOPE", "the day before", card(issued="2021-12-31"))
    judged("window-last", "VALID", "the last day", trust=one(not_after="2022-12-01"))
    judged("window-after", "OUT_OF_SCOPE", "the day after", trust=one(not_after="2022-11-30"))
    judged("expired", "EXPIRED", "exp has come", card(expires="2023-01-07"),
           now="2023-01-07T00:00:00+08:00")
    judged("not-yet-valid", "NOT_YET_VALID", "iat is more than 24 hours ahead",
           card(issued="2023-01-08"), now="2023-01-06T23:59:59+08:00")
    judged("iat-ahead", "VALID", "iat is 24 hours ahead", card(issued="2023-01-08"),
           now="2023-01-07T00:00:00+08:00")
    judged("stale-revoked", "STALE", "the revocation list's next update has come",
           now="2023-01-12T00:00:00+08:00")
    judged("fresh-revoked", "VALID", "the second before", now="2023-01-11T23:59:59+08:00")
    judged("stale-trust", "STALE", "the trust list's next update has come",
           trust=note(trust_text(next_update="2023-01-06T00:00:00+08:00"), "trust/office"))
    judged("stale-root", "STALE", "the root note has expired",
           root=note(root_text(expires="2023-01-06T00:00:00+08:00"), "root/a", "root/b"))
    judged("stale-missing", "STALE", "no revocation list of this log", revoked=None)
    judged("stale-revoked-card", "REVOKED", "a stale list still revokes", card(_8=17),
           now="2025-01-01T00:00:00+08:00")
    judged("clock-suspect", "CLOCK_SUSPECT", "a second more than 24 hours behind the lists",
           now="2023-01-04T08:59:59+08:00")
    judged("clock-behind", "VALID", "24 hours behind the lists", now="2023-01-04T09:00:00+08:00")
    bundles()
    judged("unknown-issuer", "UNKNOWN_ISSUER", "a key on no list", text(seal(claims(), "issuer/x")))
    judged("unknown-specimen", "UNKNOWN_ISSUER", "a specimen beside a list", specimen())
    write("verdict/specimen", "SPECIMEN", "a specimen proves nothing", [("card", specimen())])
    write("verdict/specimen-accepted", "VALID", "unless it is asked for", [("card", specimen())],
          specimens="accept")


def cards():
    good = text(seal(claims()))
    fragment = good.split("#")[1]
    later = "UNSUPPORTED"
    bad = "MALFORMED"
    envelope = seal(claims())

    def signed(payload, **more):
        return text(seal(Raw(payload).data if isinstance(payload, str) else payload, **more))

    def with_body(raw):
        return cbor({6: seconds("2022-12-01"), -65537: Raw(raw)})

    plain = cbor(body())
    cases = [
        ("empty", bad, "no text", " "),
        ("no-hash", bad, "no #", good.replace("#", "")),
        ("version", later, "format version 2", good.replace("#1", "#2")),
        ("version-letter", bad, "a version that is no digit", good.replace("#1", "#a")),
        ("letter", bad, "a letter among the digits", good[:-9] + "a" + good[-8:]),
        ("space", bad, "white space within", good[:-9] + " " + good[-9:]),
        ("chinese", bad, "not ASCII", "卡" + good),
        ("long", bad, "1,025 characters", "h" * (1025 - len(fragment) - 1) + "#" + fragment),
        ("longest", "VALID", "1,024 characters", "h" * (1024 - len(fragment) - 1) + "#" + fragment),
        ("spaces-around", "VALID", "white space around is dropped", f" \t{good} "),
        ("remainder", bad, "digits that make no group", good + "0"),
        ("group", bad, "a group of 2^56 or more", "#1" + "9" * 17 + fragment[18:]),
        ("last-group", bad, "a last group of 256", "#1256"),
        ("no-bytes", bad, "no digits", "#1"),
        ("tag", bad, "not tag 18", text(seal(claims(), tag=b"\xd1"))),
        ("no-tag", bad, "no tag", text(seal(claims(), tag=b""))),
        ("trailing", bad, "a byte after the end", text(envelope + b"\0")),
        ("signature-63", bad, "a signature of 63 bytes", text(seal(claims(), cut=63))),
        ("unprotected", bad, "an unprotected header", text(seal(claims(), unprotected={4: b"x"}))),
        ("algorithm", later, "EdDSA instead of Ed25519",
         text(seal(claims(), protected={1: -8, 4: kid(public("issuer/150600"))}))),
        ("no-algorithm", bad, "no algorithm",
         text(seal(claims(), protected={4: kid(public("issuer/150600"))}))),
        ("no-kid", bad, "no key id", text(seal(claims(), protected={1: -19}))),
        ("kid-7", bad, "a key id of 7 bytes", text(seal(claims(), protected={1: -19, 4: b"1234567"}))),
        ("header", later, "an unknown protected header",
         text(seal(claims(), protected={1: -19, 4: kid(public("issuer/150600")), 5: 0}))),
        ("cbor-long-head", bad, "a head that is not the shortest", signed("a1061800")),
        ("cbor-indefinite", bad, "an indefinite length", signed("bf0600ff")),
        ("cbor-twice", bad, "a key twice", signed("a206000600")),
        ("cbor-order", bad, "keys out of order", signed("a206000400")),
        ("cbor-float", bad, "a float", signed("a106f90000")),
        ("cbor-true", bad, "a simple value", signed("a106f5")),
        ("cbor-tag", bad, "a tag within", signed("a106c100")),
        ("cbor-key", bad, "a text key", signed("a1613600")),
        ("cbor-utf8", bad, "text that is not UTF-8", signed("a10661ff")),
        ("cbor-depth", bad, "five levels", signed("a1068181818100")),
        ("cbor-2-63", bad, "a number of 2^63", signed("a1061b8000000000000000")),
        ("payload-array", bad, "a payload that is no map", signed("80")),
        ("claim", later, "an unknown claim", text(seal(claims() | {7: b"x"}))),
        ("no-iat", bad, "no iat", text(seal({-65537: body()}))),
        ("no-body", bad, "no body", text(seal({6: 0}))),
        ("iat-negative", bad, "a time before 1970", text(seal({6: -1, -65537: body()}))),
        ("body-array", bad, "a body that is no map", signed(with_body("80"))),
        ("body-key-0", bad, "a body key below 1", card(_0=1)),
        ("body-key-5", later, "a reserved body key", card(_5=1)),
        ("body-key-13", later, "a body key of a later version", card(_13=1)),
        ("body-key-63", later, "a body key of a later version", card(_63=1)),
        ("kind", later, "kind 2", card(_1=2)),
        ("year-1999", bad, "a year out of range", card(_2=1999)),
        ("year-2201", bad, "a year out of range", card(_2=2201)),
        ("name-empty", bad, "an empty name", card(_3="")),
        ("name-97", bad, "a name of 97 bytes", card(_3="a" * 97)),
        ("name-control", bad, "a control character", card(_3="张\u0085伟")),
        ("name-bidi", bad, "a bidirectional character", card(_3="张\u202e伟")),
        ("name-private", bad, "a private-use character", card(_3="张\ue000伟")),
        ("name-96", "VALID", "a name of 96 bytes", card(_3="名" * 32)),
        ("tail-lower", bad, "an id tail with x", card(_4="021x")),
        ("tail-3", bad, "an id tail of three", card(_4="021")),
        ("tail-absent", "VALID", "no id tail", card(_4=None)),
        ("result-0", bad, "result 0", card(_6=0)),
        ("result-5", bad, "result 5", card(_6=5)),
        ("hours-9", bad, "nine rows of hours", card(_7=[[1, 1, 1]] * 9)),
        ("hours-pair", bad, "a row of two", card(_7=[[1, 1]])),
        ("hours-text", bad, "hours that are text", card(_7="30")),
        ("policy-7", bad, "a policy of seven bytes", card(_9=b"1234567")),
        ("grounds-9", bad, "nine grounds", card(_12=[1] * 9)),
        ("grounds-negative", bad, "a negative ground", card(_12=[-1])),
    ]
    cases += [(f"missing-{at}", bad, f"no body key {at}", card(**{f"_{at}": None}))
              for at in (1, 2, 3, 6, 7, 8, 9, 12)]
    assert plain and len({name for name, *_ in cases}) == len(cases)
    for name, expect, comment, value in cases:
        write(f"card/{name}", expect, comment,
              [("root", ROOT), ("trust", TRUST), ("revoked", LIST), ("card", value)])


def refused(kind, name, comment, *lists):
    sections = {"root": [], "trust": [("root", ROOT)], "revoked": [("root", ROOT), ("trust", TRUST)]}
    write(f"{kind}/{name}", f"refused {kind}", comment,
          sections[kind] + [(kind, content) for content in lists])


def notes():
    sig = signature("trust/office", trust_text())
    made = trust_text()
    for name, comment, content in (
        ("no-signature", "a text alone", made),
        ("no-blank", "no blank line", made + sig),
        ("two-blanks", "two blank lines", made + "\n\n" + sig),
        ("blank-within", "a blank line in the text", made.replace("issuer", "\nissuer", 1) + "\n" + sig),
        ("blank-after", "a blank line after the signatures", TRUST + "\n"),
        ("crlf", "CR LF", TRUST.replace("\n", "\r\n")),
        ("tab", "a control character", TRUST.replace("realm ", "realm\t")),
        ("c1", "a control character of C1", TRUST.replace("样", "\u0085")),
        ("utf8", "not UTF-8", TRUST.replace("样", "\udcff")),
        ("hyphen", "a hyphen instead of an em dash", TRUST.replace("—", "-")),
        ("base64-bits", "base64 with stray bits", TRUST[:-3] + chr(ord(TRUST[-3]) + 1) + "=\n"),
        ("base64-padding", "base64 without padding", TRUST.rstrip("=\n") + "\n"),
        ("line-more", "a line that is no signature", TRUST + "x\n"),
        ("line-space", "a space after the signature", TRUST.rstrip("\n") + " \n"),
        ("twice", "the same key twice", TRUST + sig),
        ("many", "101 signatures",
         made + "\n" + "".join(signature(f"k{at}", "") for at in range(100)) + sig),
        ("stranger", "nobody that was asked for", note(made, "trust/other")),
        ("root-key", "a root key is no trust key", note(made, "root/a")),
        ("changed", "the text was changed", TRUST.replace("2023-06-01", "2033-06-01")),
        ("bad-and-good", "a bad signature beside a good one",
         note(made, "root/a") + signature("trust/office", "other")),
        ("context", "another context", note(made.replace("shenyan/trust/1", "shenyan/trust/2"), "trust/office")),
        ("context-root", "a root note signed by a trust key", note(root_text(), "trust/office")),
    ):
        refused("trust", "note-" + name, comment, content)


def roots():
    def two(**more):
        more.setdefault("root", (2, "b", "c", "d"))
        more.setdefault("issued", "2022-12-01T09:00:00+08:00")
        return root_text(**({"version": 2} | more))

    second = note(two(), "root/b", "root/c")
    write("root/rotation", "VALID", "both thresholds are met",
          [("root", ROOT), ("root", second), ("trust", TRUST), ("revoked", LIST), ("card", card())])
    write("root/rotation-apart", "VALID", "a and b for the old, b and d for the new",
          [("root", ROOT), ("root", note(two(), "root/a", "root/b", "root/d")), ("trust", TRUST),
           ("revoked", LIST), ("card", card())])
    bc = ("root/b", "root/c")
    b, d = key_line("root/b"), key_line("root/d")
    for name, comment, content in (
        ("old-threshold", "1 the old threshold is not met", note(two(), "root/b", "root/d")),
        ("new-threshold", "2 the new threshold is not met", note(two(), "root/a", "root/b")),
        ("signed-twice", "3 one key signs twice",
         note(two(), "root/b") + signature("root/b", two())),
        ("skipped", "4 a version is skipped", note(two(version=3), *bc)),
        ("equivocation", "6 the same version says something else", note(two(version=1), *bc)),
        ("threshold-0", "8 nobody need sign", note(two(root=(0, "b", "c", "d")), *bc)),
        ("threshold-4", "9 more must sign than there are", note(two(root=(4, "b", "c", "d")), *bc)),
        ("listed-twice", "10 a key is listed twice", note(two().replace(d, b), *bc)),
        ("realm", "11 another realm", note(two(realm="production"), *bc)),
        ("issued-earlier", "12 issued before the last",
         note(two(issued="2022-10-31T09:00:00+08:00"), *bc)),
        ("expires-first", "13 it expires before it begins",
         note(two(expires="2022-12-01T09:00:00+08:00"), *bc)),
        ("two-roles", "14 a key has two roles",
         note(two().replace(key_line("trust/office"), b), *bc)),
        ("key-line", "15 a key line was changed", note(two().replace("root/d+", "root/e+"), *bc)),
        ("changed", "16 the text was changed", second.replace("2027", "2097")),
        ("context", "17 another kind of list",
         note(two().replace("shenyan/root/1", "shenyan/trust/1"), *bc)),
        ("keyword", "18 an unknown keyword", note(two().replace("trust 1", "quorum 1"), *bc)),
        ("keyword-more", "19 a keyword more", note(two().replace("trust 1", "note x\ntrust 1"), *bc)),
        ("role", "20 a trust key among the roots",
         note(two().replace(d, key_line("trust/x")), *bc)),
        ("no-keys", "21 no keys at all", note(two(trust=(1,)), *bc)),
        ("number", "a version with a leading zero", note(two(version="02"), *bc)),
        ("time-zone", "a time in UTC", note(two(issued="2022-12-01T09:00:00Z"), *bc)),
        ("time-24", "24 o'clock", note(two(issued="2022-12-01T24:00:00+08:00"), *bc)),
        ("weak", "a key of small order",
         note(two().replace(d, weak_line("root/d")), *bc)),
    ):
        refused("root", name, comment, ROOT, content)
    refused("root", "rollback", "5 an old version comes back", ROOT, second,
            note(root_text(), "root/a", "root/b", "root/c"))
    refused("root", "anchor", "a first root note below its own threshold",
            note(root_text(), "root/a"))


def weak_line(name):
    weak = bytes([1]) + bytes(31)
    number = hashlib.sha256(name.encode() + b"\n\x01" + weak).digest()[:4]
    return f"{name}+{number.hex()}+{b64(bytes([1]) + weak)}"


def trusts():
    def signed(made):
        return note(made, "trust/office")

    def one(**change):
        return signed(trust_text([issuer(**change)]))

    reordered = dict(sorted(issuer().items()))
    for name, comment, content in (
        ("realm", "another realm than the root's", signed(trust_text(realm="production"))),
        ("prev-first", "version 1 with a prev", signed(trust_text(prev="1" * 64))),
        ("prev-second", "version 2 without a prev", signed(trust_text(version=2))),
        ("log-first", "a log before the issuers",
         signed(trust_text(logs=[]).replace("issuer ", f"log {dense(log())}\nissuer "))),
        ("json-space", "white space in JSON",
         signed(trust_text().replace('"id":', '"id": '))),
        ("json-order", "keys in another order", signed(trust_text([reordered]))),
        ("json-twice", "a key twice",
         signed(trust_text().replace('{"id"', '{"id":"150600","id"', 1))),
        ("json-escape", "an escape that is not needed",
         signed(trust_text().replace("样", "\\u6837", 1))),
        ("json-float", "a number with a point", signed(trust_text().replace("2021", "2021.0"))),
        ("key-more", "an unknown key", signed(trust_text().replace('"hosts"', '"sites"'))),
        ("key-missing", "no status", one(status=None)),
        ("id", "an issuer's number of four digits", one(id="1506")),
        ("kid", "a kid of another key", one(kid="0" * 16)),
        ("weak", "a key of small order",
         one(key=b64(bytes([1]) + bytes(31)), kid=kid(bytes([1]) + bytes(31)).hex())),
        ("status", "an unknown status", one(status="suspended")),
        ("cut-missing", "compromised without a cut", one(status="compromised")),
        ("cut-active", "active with a cut", one(cut={"log": ORIGIN, "size": 1})),
        ("cut-other", "the cut of another issuer's log",
         one(status="compromised", cut={"log": "training/150000/2022", "size": 1})),
        ("region", "a region of three digits", one(**scope(regions=["150"]))),
        ("scope-missing", "a scope without years",
         one(scope={name: it for name, it in issuer()["scope"].items() if name != "years"})),
        ("window", "a window that ends before it begins", one(not_after="2021-12-31")),
        ("hosts-empty", "an empty list of hosts", one(hosts=[])),
        ("name-bidi", "a bidirectional character in a name", one(name="样\u202e例")),
        ("key-twice", "a key twice", signed(trust_text([issuer(), issuer()]))),
        ("key-two-roles", "an issuer's key is a log's",
         signed(trust_text(logs=[log(key=b64(public("issuer/150600")))]))),
        ("root-key", "an issuer's key is a root key",
         one(key=b64(public("root/c")), kid=kid(public("root/c")).hex())),
        ("log-year", "a log of another year than its origin's", signed(trust_text(logs=[log(year=2021)]))),
        ("log-twice", "a log twice",
         signed(trust_text(logs=[log(), log(key=b64(public("other")))]))),
        ("log-realm", "a log of another realm",
         signed(trust_text(logs=[log(origin="production/150600/2022")]))),
        ("log-issuer", "a log of nobody on the list", signed(trust_text([]))),
    ):
        refused("trust", name, comment, content)


def revocations():
    def signed(body, **more):
        return note(revoked_text(body, **more), ORIGIN)

    tokens = " ".join(["2"] * 17)
    for name, comment, content in (
        ("signer", "signed by the issuer's key", note(revoked_text(), "issuer/150600")),
        ("origin", "about another log", signed(REVOKED, origin="training/150600/2021")),
        ("reason", "an unknown reason", signed("reason other\n1\n")),
        ("reason-empty", "a reason without cards", signed("reason error\n")),
        ("reason-order", "reasons out of order", signed("reason superseded\n0\nreason error\n1\n")),
        ("reason-twice", "a reason twice", signed("reason error\n1\nreason error\n3\n")),
        ("no-reason", "cards without a reason", signed("1\n")),
        ("gap-0", "a gap of 0", signed("reason error\n1 0\n")),
        ("gap-1", "a gap of 1 is a run", signed("reason error\n1 1\n")),
        ("run-0", "a run of 0", signed("reason error\n1 +0\n")),
        ("run-run", "a run after a run", signed("reason error\n1 +1 +1\n")),
        ("run-first", "a run of nothing", signed("reason error\n+1\n")),
        ("zero", "a leading zero", signed("reason error\n01\n")),
        ("spaces", "two spaces", signed("reason error\n1  2\n")),
        ("space-end", "a space at the end", signed("reason error\n1 \n")),
        ("line-17", "17 tokens on a line", signed(f"reason error\n{tokens}\n")),
        ("line-short", "a line that could go on", signed("reason error\n1\n2\n")),
        ("size", "an index that is not covered", signed("reason error\n1200\n")),
        ("size-run", "a run past what is covered", signed("reason error\n1199 +1\n")),
        ("two-reasons", "a card for two reasons", signed("reason error\n1\nreason fraud\n1\n")),
        ("by-short", "fewer successors than cards", signed(REVOKED + "by 36\n")),
        ("by-more", "more successors than cards", signed(REVOKED + "by 36 0 0\n")),
        ("by-none", "no successor is known", signed(REVOKED + "by 0 0\n")),
        ("by-size", "a successor that is not covered", signed(REVOKED + "by 1200 0\n")),
        ("by-zero", "a leading zero", signed(REVOKED + "by 036 0\n")),
        ("by-empty", "no successors", signed(REVOKED + "by\n")),
        ("by-space", "a space at the end", signed(REVOKED + "by 36 0 \n")),
        ("by-lines", "a line that could go on", signed(REVOKED + "by 36\nby 0\n")),
        ("by-error", "successors of cards that were not replaced", signed("reason error\n17\nby 1\n")),
        ("by-first", "successors before the cards", signed("reason superseded\nby 36 0\n0 5\n")),
        ("huge", "a gap of 2^53", signed("reason error\n9007199254740992\n")),
    ):
        refused("revoked", name, comment, content)


if __name__ == "__main__":
    for folder in ("verdict", "card", "root", "trust", "revoked"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    verdicts()
    cards()
    notes()
    roots()
    trusts()
    revocations()
