"""Cards and lists, as content/spec/card.md and content/spec/trust.md have them.

A second reading of the two pages, which shares nothing with the program. Needs
the package `cryptography`.
"""

import base64
import datetime
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "training/150600/2022"


# Keys and notes (trust.md 1, 2)

def b64(data):
    return base64.b64encode(data).decode()


def key(name, prefix="shenyan/example/"):
    seed = hashlib.sha256((prefix + name).encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def public(name):
    return key(name).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(name):
    return hashlib.sha256(name.encode() + b"\n\x01" + public(name)).digest()[:4]


def key_line(name):
    data = b"\x01" + public(name)
    return f"{name}+{key_id(name).hex()}+{b64(data)}"


def kid(raw):
    return hashlib.sha256(bytes.fromhex("a3010120062158" "20") + raw).digest()[:8]


def signature(name, text):
    return f"— {name} {b64(key_id(name) + key(name).sign(text.encode()))}\n"


def note(text, *names):
    return text + "\n" + "".join(signature(name, text) for name in names)


# Lists (trust.md 3–5)

def root_text(version=1, root=(2, "a", "b", "c"), trust=(1, "office"), realm="training",
              issued="2022-11-01T09:00:00+08:00", expires="2027-11-01T00:00:00+08:00"):
    lines = [f"shenyan/root/1\nrealm {realm}\nversion {version}"]
    lines += [f"issued {issued}\nexpires {expires}"]
    for role, (threshold, *names) in (("root", root), ("trust", trust)):
        lines += [f"{role} {threshold}"] + [key_line(f"{role}/{name}") for name in names]
    return "\n".join(lines) + "\n"


def issuer(**change):
    fields = {
        "id": "150600", "name": "样例市人力资源和社会保障局",
        "kid": kid(public("issuer/150600")).hex(), "key": b64(public("issuer/150600")),
        "not_before": "2022-01-01", "not_after": "2023-12-31", "status": "active",
        "scope": {"regions": ["1506"], "years": [2021, 2022], "kinds": ["annual"],
                  "categories": ["公需", "专业"]},
        "hosts": ["cards.example"],
    }
    order = ["id", "name", "kid", "key", "not_before", "not_after", "status", "cut", "scope",
             "hosts"]
    fields |= change
    return {name: fields[name] for name in order if fields.get(name) is not None}


def scope(**change):
    return {"scope": issuer()["scope"] | change}


def log(**change):
    fields = {"origin": ORIGIN, "key": b64(public(ORIGIN)), "year": 2022, "issuer": "150600",
              "status": "active"}
    return fields | change


def dense(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def trust_text(issuers=None, logs=None, version=1, prev="0" * 64, realm="training",
               next_update="2023-06-01T00:00:00+08:00"):
    head = (f"shenyan/trust/1\nrealm {realm}\nversion {version}\n"
            f"issued 2022-12-01T09:00:00+08:00\nnext-update {next_update}\nprev {prev}\n")
    issuers = [issuer()] if issuers is None else issuers
    logs = [log()] if logs is None else logs
    return (head + "".join(f"issuer {dense(it)}\n" for it in issuers)
            + "".join(f"log {dense(it)}\n" for it in logs))


REVOKED = "reason error\n17 +2 962\nreason superseded\n0 5\n"


BY = REVOKED + "by 36 0\n"


def revoked_text(body=REVOKED, origin=ORIGIN, size=1200):
    return (f"shenyan/revoked/1\norigin {origin}\nversion 1\ntree-size {size}\n"
            "issued 2023-01-05T09:00:00+08:00\nnext-update 2023-01-12T00:00:00+08:00\n"
            f"prev {'0' * 64}\n{body}")


ROOT = note(root_text(), "root/a", "root/b")
TRUST = note(trust_text(), "trust/office")
LIST = note(revoked_text(), ORIGIN)


# Cards (card.md 2–6)

def head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if number < 1 << 8 * size:
            return bytes([major << 5 | extra]) + number.to_bytes(size, "big")


def cbor(value):
    if isinstance(value, Raw):
        return value.data
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    entries = sorted((cbor(name), cbor(item)) for name, item in value.items())
    return head(5, len(entries)) + b"".join(a + b for a, b in entries)


class Raw:
    """Bytes that stand for themselves."""

    def __init__(self, data):
        self.data = bytes.fromhex(data) if isinstance(data, str) else data


def seconds(day):
    return int(datetime.datetime.fromisoformat(day + "T00:00:00+08:00").timestamp())


def body(**change):
    fields = {1: 1, 2: 2022, 3: "阿依古丽·艾合买提", 4: "021X", 6: 1,
              7: [[1, 300, 300], [2, 605, 600]], 8: 100,
              9: bytes.fromhex("3d0c52e17a9044bb"), 12: [2]}
    fields |= {int(name[1:]): value for name, value in change.items()}
    return {name: value for name, value in fields.items() if value is not None}


def claims(issued="2022-12-01", expires=None, **change):
    made = {6: seconds(issued), -65537: body(**change)}
    return made | ({4: seconds(expires)} if expires else {})


def digits(data):
    widths = [0, 3, 5, 8, 10, 13, 15, 17]
    groups = [data[at:at + 7] for at in range(0, len(data), 7)]
    return "".join(str(int.from_bytes(it, "big")).zfill(widths[len(it)]) for it in groups)


def text(envelope, prefix="https://cards.example/v/"):
    return f"{prefix}#1{digits(envelope)}"


def seal(payload, signer="issuer/150600", realm="training", secret=None, raw=None, protected=None,
         unprotected=None, flip=False, tag=b"\xd2", cut=64):
    secret = secret or key(signer)
    raw = raw or secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    payload = payload if isinstance(payload, bytes) else cbor(payload)
    protected = cbor({1: -19, 4: kid(raw)} if protected is None else protected)
    aad = b"shenyan/card/1\0" + realm.encode()
    made = secret.sign(cbor(["Signature1", protected, aad, payload]))
    made = bytes([made[0] ^ 1]) + made[1:] if flip else made
    return tag + cbor([protected, unprotected or {}, payload, made[:cut]])


def card(**change):
    return text(seal(claims(**change)))


def specimen():
    secret = key("150600", "shenyan/specimen/issuer/")
    return text(seal(claims(), secret=secret, realm="specimen"))


# Policy bundles (verdict.md 6)

def policy(**change):
    fields = {"format": "shenyan/policy/1", "year": 2022, "basis": "适用", "region": "15",
              "categories": [{"number": 1, "label": "公需"}, {"number": 2, "label": "专业"}],
              "clauses": [{"id": f"样/{name}", "text": "第一行\n第二行“\"”"} for name in "一二三"],
              "rules": [{"rows": [{"when": [{"any_of": ["a"]}, None], "then": []}]}]}
    return json.dumps(fields | change, ensure_ascii=False, indent=2) + "\n"


def stated(tables=None, **change):
    """A bundle that says what a year requires: rules of (columns, rows, more)."""
    tables = tables or [(["科目"], [(["公需"], "30"), (["专业"], "60")], {})]

    def test(values):
        return {"any_of": values} if isinstance(values, list) else values

    def rule(asks, rows, more):
        rows = [{"when": [test(it) for it in when if asks], "then": [then]} for *when, then in rows]
        return {"output": "应修学时", "columns": asks + ["应修学时"], "rows": rows} | more

    facts = [{"key": "sex", "label": "性别"}, {"key": "category", "label": "科目"}]
    outputs = [{"key": "degree", "label": "要求程度"}, {"key": "required-hours", "label": "应修学时"}]
    other = {"output": "要求程度", "conditions": [], "rows": []}
    return policy(**({"facts": facts, "outputs": outputs,
                      "rules": [other] + [rule(*it) for it in tables]} | change))


def policy_id(bundle):
    return hashlib.sha256(bundle.encode()).digest()[:8]
