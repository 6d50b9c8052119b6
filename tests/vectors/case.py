"""A vector's file: what is to come out, and what goes in."""

import pathlib

from forms import LIST, ROOT, TRUST, card

HERE = pathlib.Path(__file__).parent


def write(name, expect, comment, sections, now="2023-01-06T12:00:00+08:00", **more):
    lines = [f"expect: {expect}", f"now: {now}", f"comment: {comment}"]
    lines += [f"{name}: {value}" for name, value in more.items()]
    out = "\n".join(lines) + "\n\n"
    for kind, content in sections:
        out += f"=== {kind}\n" + (content if content.endswith("\n") else content + "\n")
    path = HERE / (name + ".txt")
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(out.encode("utf-8", "surrogateescape"))


def judged(name, expect, comment, text=None, root=ROOT, trust=TRUST, revoked=LIST, **more):
    sections = [("root", root), ("trust", trust)]
    sections += [("revoked", revoked)] if revoked else []
    write(f"verdict/{name}", expect, comment, sections + [("card", text or card())], **more)
