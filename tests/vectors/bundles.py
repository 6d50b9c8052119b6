"""Vectors of cards beside the policy bundles that they cite (verdict.md 8)."""

from case import judged, write
from forms import *  # noqa: F403


def bundles():
    bundle = policy()

    def cited(name, expect, comment, bundle=bundle, cites=None, trust=TRUST, **change):
        sections = [("root", ROOT), ("trust", trust), ("revoked", LIST), ("policy", bundle)]
        made = card(_9=cites or policy_id(bundle), **change)
        write(f"verdict/policy-{name}", expect, comment, sections + [("card", made)])

    wrong = "INCONSISTENT"
    cited("good", "VALID", "the card agrees with its policy")
    cited("dense", "VALID", "a bundle without white space", dense(json.loads(bundle)) + "\n")
    cited("other", "VALID", "a bundle that the card does not cite", cites=bytes(8), _12=[9])
    cited("year", wrong, "of another year", policy(year=2021))
    cited("category", wrong, "a category that the policy has not",
          policy(categories=[{"number": 1}, {"number": 3}]))
    cited("category-missing", wrong, "a category left out", _7=[[1, 300, 300]])
    cited("category-twice", wrong, "a category twice", _7=[[1, 300, 300], [1, 300, 300]])
    total = policy(categories=[{"number": 1}, {"number": 2}, {"number": 3, "sum_of": [1, 2]}])
    both = [[1, 300, 300], [2, 600, 500]]
    wide = {"trust": note(trust_text([issuer(**scope(categories=["公需", "专业", "3"]))]),
                          "trust/office")}
    cited("total", "VALID", "a total beside its parts", total, _7=both + [[3, 900, 900]], **wide)
    cited("total-absent", "VALID", "no total is required", total, _7=both)
    cited("total-short", wrong, "the total is short", total, _7=both + [[3, 900, 910]], **wide)
    cited("total-alone", wrong, "a total makes up for no part", total,
          _7=[[1, 300, 300], [3, 900, 900]], **wide)
    cited("order", "VALID", "categories in another order", _7=[[2, 600, 600], [1, 300, 300]])
    cited("ground-last", "VALID", "the last clause", _12=[0, 2])
    cited("ground", wrong, "a clause past the last", _12=[0, 3])
    cited("hours-exact", "VALID", "just enough", _7=[[1, 300, 300], [2, 600, 600]])
    cited("hours", wrong, "a tenth of an hour short", _7=[[1, 300, 300], [2, 599, 600]])
    cited("hours-sum", wrong, "more of one makes up for nothing", _7=[[1, 299, 300], [2, 900, 600]])
    cited("reduced", "VALID", "reduced and met", _6=2, _7=[[1, 100, 100], [2, 200, 200]])
    cited("reduced-short", wrong, "reduced and short", _6=2, _7=[[1, 100, 100], [2, 199, 200]])
    cited("exempt", "VALID", "nothing required", _6=3, _7=[[1, 0, 0], [2, 50, 0]])
    cited("exempt-empty", "VALID", "no hours at all", _6=3, _7=[])
    cited("exempt-required", wrong, "exempt, and yet required", _6=3, _7=[[1, 10, 10]])
    cited("reference", "VALID", "for reference, any hours", _6=4, _7=[[1, 0, 300]])
    required()
    judged("policy-absent", "VALID", "without the bundle there is nothing to check", card(_12=[9]))
    write("verdict/policy-revoked", "REVOKED", "the earlier step decides",
          [("root", ROOT), ("trust", TRUST), ("revoked", LIST), ("policy", bundle),
           ("card", card(_8=17, _9=policy_id(bundle), _12=[9]))])


def required():
    def cited(name, expect, comment, bundle, trust=TRUST, **change):
        sections = [("root", ROOT), ("trust", trust), ("revoked", LIST), ("policy", bundle)]
        made = card(_9=policy_id(bundle), **change)
        write(f"verdict/required-{name}", expect, comment, sections + [("card", made)])

    wrong = "INCONSISTENT"
    plain = [(["公需"], "30"), (["专业"], "60")]
    less = {"_7": [[1, 300, 300], [2, 500, 500]]}
    cited("good", "VALID", "what the policy requires of everybody", stated())
    cited("less", wrong, "passed in full, and less was required", stated(), **less)
    cited("more", wrong, "more was required", stated(), _7=[[1, 310, 310], [2, 600, 600]])
    cited("reduced", "VALID", "a reduction is somebody's own", stated(), _6=2, **less)
    cited("reference", "VALID", "for reference, any amounts", stated(), _6=4, **less)
    cited("tenths", wrong, "a tenth of an hour less",
          stated([(["科目"], [(["公需"], "30"), (["专业"], "60.1")], {})]))
    cited("tenths-good", "VALID", "half an hour",
          stated([(["科目"], [(["公需"], "29.5"), (["专业"], "60")], {})]),
          _7=[[1, 300, 295], [2, 600, 600]])
    cited("none", wrong, "a category that no row is about",
          stated([(["科目"], [(["公需"], "30")], {})]))
    cited("none-good", "VALID", "and nothing was required",
          stated([(["科目"], [(["公需"], "30")], {})]), _7=[[1, 300, 300], [2, 0, 0]])
    cited("both", "VALID", "one row for two categories",
          stated([(["科目"], [(["公需", "专业"], "30")], {})]), _7=[[1, 300, 300], [2, 300, 300]])
    cited("any", wrong, "one row for any category", stated([(["科目"], [(None, "30")], {})]))
    cited("no-column", wrong, "an amount without conditions", stated([([], [("30",)], {})]))
    cited("two-rules", "VALID", "a rule for each category",
          stated([(["科目"], [row], {}) for row in plain]))
    cited("two-rules-less", wrong, "the second rule's amount",
          stated([(["科目"], [row], {}) for row in plain]), **less)
    test = {"fact": "性别", "test": {"any_of": ["女"]}}
    for name, comment, bundle in (
        ("exception", "not in every case", stated([(["科目"], plain, {"exceptions": [1]})])),
        ("condition", "not of everybody", stated([(["科目"], plain, {"conditions": [test]})])),
        ("fact", "a rule that asks more than the category",
         stated([(["科目", "性别"], [(*row[:1], None, row[1]) for row in plain], {})])),
        ("other-fact", "a rule that asks something else",
         stated([(["性别"], [(None, "30")], {})])),
        ("range", "a test that is not of words", stated([(["科目"], [({"from": 1}, "30")], {})])),
        ("disagree", "rows that do not agree",
         stated([(["科目"], plain + [(None, "61")], {})])),
        ("amount", "an amount that is no hours", stated([(["科目"], [(["公需"], "30 学时")], {})])),
        ("no-fact", "no fact of this key", stated(facts=[])),
        ("no-output", "an output's key twice", stated(outputs=[
            {"key": "required-hours", "label": "应修学时"},
            {"key": "required-hours", "label": "学时"}])),
        ("no-rule", "no rule on the hours", stated(rules=[])),
        ("shape", "rules of another shape", stated(rules={"应修学时": 30})),
        ("label", "categories without labels", stated(categories=[{"number": 1}, {"number": 2}])),
        ("escape", "a label with an escape", stated().replace("\"科目\"", '"\\u79d1目"')),
    ):
        cited(f"open-{name}", "VALID", comment, bundle, _7=[[1, 300, 295], [2, 600, 590]])
    total = {"categories": [{"number": 1, "label": "公需"}, {"number": 2, "label": "专业"},
                            {"number": 3, "label": "合计", "sum_of": [1, 2]}]}
    bundle = stated([(["科目"], plain + [(["合计"], "90")], {})], **total)
    wide = {"trust": note(trust_text([issuer(**scope(categories=["公需", "专业", "3"]))]),
                          "trust/office")}
    rows = [[1, 300, 300], [2, 600, 600]]
    cited("total", "VALID", "the total that is required", bundle, _7=rows + [[3, 900, 900]], **wide)
    cited("total-less", wrong, "less in total", bundle, _7=rows + [[3, 900, 800]], **wide)
    cited("total-absent", wrong, "a total is required, and none is stated", bundle, _7=rows, **wide)
    cited("total-free", "VALID", "no total is required", stated(**total), _7=rows, **wide)
