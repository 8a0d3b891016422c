"""Spoiled JSON and TOML: plans, policies and mappings of whatever values in whatever depth."""

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_sample import as_csv, small_sample
from spoiling import DEEP, as_toml, folder_with, spoiled_bytes, spoiled_documents

from tsam_planner.errors import IntakeError, PlanFileError, PortfolioError
from tsam_planner.intake.mapping_files import read_mapping
from tsam_planner.intake.recipe import import_exports
from tsam_planner.io.plans import add_to_plan, read_plan
from tsam_planner.plan.plan import TABLES
from tsam_planner.service.policy import Policy
from tsam_planner.service.policy_files import read_policy
from tsam_planner.verify.verification import verify_plan

thrifty = settings(deadline=None)
POLICY = {
    **Policy().model_dump(mode="json", exclude_none=True, exclude={"window_start"}),
    "window_start": "09:00",
}
CONTRACTS = small_sample()["contracts"]
MAPPING = {
    "time_zone": "Europe/Rome",
    "decimal": ".",
    "date_format": ["%Y-%m-%d"],
    "list_separator": ";",
    "confirmed": {"countries": {"IT": "IT"}, "companies": {"K-004": "K-004"}},
    "table": [
        {
            "target": "contracts",
            "file": "*.csv",
            "recognized_by": ["contract_id"],
            "columns": {name: name for name in CONTRACTS[0] if name != "currency"},
            "optional": ["cases"],
            "constants": {"currency": "EUR"},
            "values": {"offering": {"tsam": "tsam"}},
            "defaults": {"offering": "saas_premium"},
            "units": {"need_hours": "hours"},
            "only": {"deployment": ["saas", "on_prem"]},
            "ignore": {"offering": "x"},
        }
    ],
}


def as_json(document):
    """Return a document as the bytes of a file; half characters are written by escapes."""
    return json.dumps(document).encode()


def spoiled_json(content):
    """Draw a JSON file of which values, or bytes, are wrong."""
    return st.one_of(
        spoiled_documents(json.loads(content)).map(as_json), spoiled_bytes(content)
    )


@thrifty
@given(
    name=st.sampled_from(("plan.json", "plan.json", "plan.json", "run.json")), data=st.data()
)
def test_a_spoiled_plan_is_read_or_refused(good, name, data):
    """A plan that is read has all its tables, is told in words, and can be checked."""
    content = data.draw(spoiled_json(good.read(name)))
    with folder_with(name, content, good.plan_folder) as folder, suppress(PlanFileError):
        plan = read_plan(folder)
        assert str(plan)
        assert all(len(getattr(plan, table).columns) for table in TABLES)
        assert str(verify_plan(good.portfolio, plan))


@thrifty
@given(data=st.data())
def test_a_folder_with_a_spoiled_account_is_added_to_or_refused(good, data):
    """What `run.json` says of the folder's files is a list of names, or is not believed."""
    content = data.draw(spoiled_json(good.read("run.json")))
    with folder_with("run.json", content, good.plan_folder) as folder, suppress(PlanFileError):
        add_to_plan(folder, {"notes.txt": b"x"})
        assert (folder / "notes.txt").read_bytes() == b"x"


@pytest.mark.parametrize("opening", ["[", '{"a":', '{"format": 4, "goals": ['])
def test_a_deep_plan_is_refused(tmp_path, opening):
    """A hundred thousand brackets are no plan."""
    (tmp_path / "plan.json").write_text(opening * DEEP)
    with pytest.raises(PlanFileError, match="cannot be read"):
        read_plan(tmp_path)


@thrifty
@given(
    content=st.one_of(spoiled_documents(POLICY).map(as_toml), spoiled_bytes(as_toml(POLICY)))
)
def test_a_spoiled_policy_is_read_or_its_problems_are_listed(good, content):
    """Under a policy that is read, a plan can be checked."""
    with folder_with("policy.toml", content) as folder, suppress(PortfolioError):
        policy = read_policy(folder / "policy.toml")
        assert policy.window_start < policy.window_end
        assert str(verify_plan(good.portfolio, read_plan(good.plan_folder), policy=policy))


@pytest.mark.parametrize("text", ["a = " + "[" * DEEP, "[" + "a." * DEEP + "a]\nx = 1"])
def test_a_deep_policy_or_mapping_is_refused(tmp_path, text):
    """Depth is a problem of the file like any other."""
    (tmp_path / "deep.toml").write_text(text)
    with pytest.raises(PortfolioError, match=r"deep\.toml"):
        read_policy(tmp_path / "deep.toml")
    with pytest.raises(IntakeError, match=r"deep\.toml"):
        read_mapping(tmp_path / "deep.toml")


@thrifty
@given(
    content=st.one_of(spoiled_documents(MAPPING).map(as_toml), spoiled_bytes(as_toml(MAPPING))),
    export=spoiled_bytes(as_csv(CONTRACTS)) | st.just(as_csv(CONTRACTS)),
)
def test_an_import_by_a_spoiled_mapping_is_done_or_refused(content, export):
    """A mapping or an export that cannot be understood leaves no folder behind."""
    with folder_with("map.toml", content) as folder:
        (folder / "contracts.csv").write_bytes(export)
        is_done = False
        with suppress(IntakeError):
            import_exports([folder / "contracts.csv"], folder / "map.toml", folder / "out")
            is_done = True
        assert (folder / "out").exists() == is_done
