"""Under pseudonyms: the same plan, and no original in any byte but those of the key."""

import shutil
import stat
from dataclasses import replace

import pandas as pd
import pytest
from marked import EXACT, QUARTER, call, found_in, private_words, rows_of

import tsam_planner as tsam
from examples import FOUR_WEEKS, contract
from money_examples import STEADY, records_of
from tsam_planner.portfolio.pseudonyms import DROPPED, KIND_OF
from tsam_planner.tables.dictionary import tables as dictionary


@pytest.fixture(scope="session")
def hidden(place):
    """Write a plan and a forecast under pseudonyms; return their folder and the key."""
    records, shared = place / "portfolio", place / "shared"
    key = place / "key.csv"
    said = ""
    for command in (
        ("plan", records, *QUARTER, *EXACT, "--out", shared / "plan"),
        ("forecast", records, *QUARTER, "--out", shared / "forecast"),
    ):
        code, words = call(*command, "--pseudonymize", key)
        assert code == 0, words
        said += words
    (shared / "said.txt").write_text(said, encoding="utf-8")
    return shared, key


def test_under_pseudonyms_no_original_is_in_any_byte(hidden):
    """Ids, names, firms, addresses, products, notes: none, in files and on the terminal."""
    shared, _ = hidden
    words = private_words()
    # 11 people and 12 customers with ids and names, to begin with.
    assert len(words) > 80
    assert {"zqpinnote", "zqproduct", "zqc01@zqmail.example", "zqo1", "zqholiday"} <= words
    assert found_in(shared, words) == []


def test_a_page_under_pseudonyms_holds_no_original(place, everything, tmp_path):
    """The page of a plan that was written with names is translated as a whole."""
    page, key = tmp_path / "page.html", tmp_path / "key.csv"
    words = ("report", place / "portfolio", everything / "plan", "--out", page)
    assert call(*words, "--pseudonymize", key)[0] == 0
    assert found_in(page, private_words()) == []
    assert found_in(key, {"zqm01"})


def test_a_plan_under_pseudonyms_is_the_same_plan(place, everything, hidden):
    """Points, bound and, once the key is applied, who serves whom when and who calls when."""
    shared, key_file = hidden
    key = tsam.read_key(key_file)
    plans = [tsam.read_plan(folder / "plan") for folder in (everything, shared)]
    assert plans[0].proof == plans[1].proof
    assert plans[0].goals.equals(plans[1].goals)
    for name in ("assignments", "calls", "manager_weeks"):
        tables_ = [getattr(plans[0], name), tsam.reidentify(getattr(plans[1], name), key)]
        one, other = (
            table.drop(columns="reason", errors="ignore")
            .sort_values([column for column in _SORTED if column in table])
            .reset_index(drop=True)
            for table in tables_
        )
        pd.testing.assert_frame_equal(one, other)
    assert tsam.verify_plan(
        tsam.read_portfolio(place / "portfolio"),
        tsam.reidentify(plans[1].assignments, key),
        start="2027-02-01",
        weeks=4,
    ).ok


_SORTED = ("contract_id", "manager_id", "week", "from_week")


def test_hours_that_a_plan_sells_are_sold_under_pseudonyms():
    """A block decided with the plan keeps its margin, and the rules hold with it."""
    signed = [contract("zqc1"), contract("zqc2")]
    records = records_of(signed, {"zqc1": STEADY, "zqc2": STEADY})
    policy = tsam.Policy(additional_hours="optimize")
    plan = tsam.make_plan(records, policy=policy, **FOUR_WEEKS)
    hidden, key = tsam.pseudonymize_plan(plan)
    assert (plan.sales["decision"] == "sold").any()
    assert plan.sales_proof == hidden.sales_proof
    back = tsam.reidentify(hidden.sales, key).sort_values("contract_id", ignore_index=True)
    pd.testing.assert_frame_equal(plan.sales, back)
    shown = {"calls": hidden.calls, "missing_calls": hidden.missing_calls}
    assert tsam.verify_plan(
        hidden.portfolio, hidden, sales=hidden.sales, policy=policy, **shown, **FOUR_WEEKS
    ).ok


def test_sentences_keep_their_sense_under_pseudonyms(everything, hidden):
    """The key turns every reason back, but for the notes that people wrote."""
    shared, key_file = hidden
    reasons = [
        {row["contract_id"]: row["reason"] for row in table.to_dict("records")}
        for table in (
            tsam.read_plan(everything / "plan").assignments,
            tsam.reidentify(
                tsam.read_plan(shared / "plan").assignments, tsam.read_key(key_file)
            ),
        )
    ]
    assert reasons[0]["zqc05"] == reasons[1]["zqc05"] == "11 managers do not know Zqunknown"
    assert (reasons[0]["zqc01"], reasons[1]["zqc01"]) == (
        "pinned: Zqname-zqm07 said zqpinnote", "pinned",
    )  # fmt: skip
    changed = {name for name in reasons[0] if reasons[0][name] != reasons[1][name]}
    assert all("pin" in reasons[0][name] for name in changed)


def test_the_key_is_for_its_owner_alone(hidden):
    """Mode 0600, and every original once."""
    _, key = hidden
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    rows = rows_of(key)
    assert len({row["pseudonym"] for row in rows}) == len(rows)
    managers = {row["original"]: row["name"] for row in rows if row["kind"] == "manager"}
    assert managers["zqm03"] == "Zqname-zqm03"


def test_numbers_do_not_follow_the_originals(place):
    """Of 12! orders, three keys in a row in that of the ids would be a wonder."""
    records = tsam.read_portfolio(place / "portfolio")
    keys = [tsam.pseudonymize(records)[1] for _ in range(3)]
    orders = [tuple(key.loc[key["kind"] == "contract", "original"]) for key in keys]
    assert len({*orders, tuple(sorted(orders[0]))}) == 4


def test_a_key_is_used_again(place):
    """A contract more changes nobody's pseudonym; it gets the next number itself."""
    records = tsam.read_portfolio(place / "portfolio")
    _, key = tsam.pseudonymize(records)
    more = records.contracts[0].model_copy(update={"contract_id": "zqc99"})
    grown = records.model_copy(update={"contracts": (*records.contracts, more)})
    _, again = tsam.pseudonymize(grown, key)
    new = again.merge(key, how="left", indicator=True).query("_merge == 'left_only'")
    assert new[["pseudonym", "original"]].to_numpy().tolist() == [["C-013", "zqc99"]]


def test_pseudonyms_are_never_ids_of_the_input(place):
    """Where contracts are called C-001, pseudonyms are called CC-001."""
    records = tsam.read_portfolio(place / "portfolio")
    one = records.contracts[0].model_copy(update={"contract_id": "C-001"})
    _, key = tsam.pseudonymize(tsam.Portfolio(contracts=[one], managers=records.managers))
    assert key.loc[key["kind"] == "contract", "pseudonym"].tolist() == ["CC-001"]


@pytest.mark.parametrize("name", ["plan/key.csv", "plan/figures/../key.csv", "plan"])
def test_a_key_inside_what_is_shared_is_refused(name, place, tmp_path):
    """Nothing is written then."""
    out = tmp_path / "plan"
    code, said = call(
        "plan", place / "portfolio", *QUARTER, "--out", out, "--pseudonymize", tmp_path / name
    )
    assert code == 2
    assert "choose a place outside for the key" in said
    assert list(tmp_path.iterdir()) == []


def test_a_folder_with_names_is_not_shared(place, everything, tmp_path):
    """What people wrote into an earlier plan's folder stays there: it is not written to."""
    out = tmp_path / "plan"
    shutil.copytree(everything / "plan", out)
    (out / "decisions.csv").write_text("Zqname decided")
    code, said = call(
        "plan", place / "portfolio", *QUARTER, "--out", out, "--pseudonymize", tmp_path / "key"
    )
    assert code == 2
    assert "choose a new folder for what is shared" in said
    assert not (tmp_path / "key").exists()


@pytest.mark.parametrize(
    "text",
    [
        "zqdiary\nzqsecret\n",
        "",
        "kind,pseudonym,original,name\nmanager,zqdiary,zqm01,\n",
        "kind,pseudonym,original,name\nmanager,M-001,zqdiary,\nmanager,M-001,zqm01,\n",
        "kind,pseudonym,original,name\nzqdiary,M-001,zqm01,\n",
    ],
)
def test_a_file_that_is_no_key_stays_as_it_is(text, place, tmp_path):
    """Somebody's file under the name of the key is refused, and not quoted."""
    (tmp_path / "key.csv").write_text(text)
    code, said = call(
        *("plan", place / "portfolio", *QUARTER, "--out", tmp_path / "plan"),
        *("--pseudonymize", tmp_path / "key.csv"),
    )
    assert code == 2
    assert "is no key of pseudonyms" in said
    assert "zqdiary" not in said
    assert (tmp_path / "key.csv").read_text() == text


def test_another_portfolio_than_the_plans_is_refused(place, everything):
    """Its pseudonyms would be those of other people."""
    records = tsam.read_portfolio(place / "portfolio")
    plan = tsam.read_plan(
        everything / "plan", portfolio=records.model_copy(update={"pins": ()})
    )
    with pytest.raises(tsam.ArgumentError, match="not the one that the plan was made from"):
        tsam.pseudonymize_plan(plan)
    with pytest.raises(tsam.ArgumentError, match="does not know its portfolio"):
        tsam.pseudonymize_plan(replace(plan, portfolio=None))


def test_every_column_of_words_is_hidden_or_dropped():
    """A new column of the data dictionary has to be decided about."""
    free = {
        column.name
        for table in dictionary().values()
        for column in table.columns.values()
        if column.type in ("id", "text", "list", "email")
    }
    assert free == KIND_OF.keys() | DROPPED
